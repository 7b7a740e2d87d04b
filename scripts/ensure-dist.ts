import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildDist } from './build.ts';
import { hashFiles } from './build-cache.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Says of which sources `dist/` was made. */
const stamp = fileURLToPath(new URL('../dist/.sources', import.meta.url));
const sources = ['src', 'migrations', 'scripts', 'package.json', 'package-lock.json'];

/**
 * Builds `dist/` unless it is made of these very sources already, so that a demo among the tests does
 * not take away what others are running.
 */
export async function ensureDist(): Promise<void> {
  const hash = await hashFiles(root, ...sources);
  const made = await readFile(stamp, 'utf8').catch(() => '');
  if (made === hash) return;
  await buildDist();
  await writeFile(stamp, hash);
}
