import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildDist } from './build.ts';
import { hashFiles } from './build-cache.ts';
import { commitOf } from './build-info.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Says of which sources `dist/` was made. */
const stamp = fileURLToPath(new URL('../dist/.sources', import.meta.url));
const sources = ['src', 'migrations', 'scripts', 'package.json', 'package-lock.json'];

/**
 * Builds `dist/` unless it is made of these very sources and this commit already, so that a demo among
 * the tests does not take away what others are running.
 */
export async function ensureDist(): Promise<void> {
  const wanted = `${await hashFiles(root, ...sources)} ${await commitOf(root)}`;
  const made = await readFile(stamp, 'utf8').catch(() => '');
  if (made === wanted) return;
  await buildDist();
  await writeFile(stamp, wanted);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await ensureDist();
