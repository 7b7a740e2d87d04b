import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Build } from '../src/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the program says of itself, gathered from package.json, git and the Kubernetes client. */
export async function buildInfo(): Promise<Build> {
  const { version } = await readJson(join(root, 'package.json'));
  const { entry, version: kubernetesClient } = await kubernetesClientPackage();
  return {
    version,
    commit: await commitOf(root),
    kubernetesClient,
    kubernetesApi: await apiVersion(entry),
  };
}

/**
 * The commit of a folder: the first 12 digits, with `-dirty` where a file of git's was changed; or
 * `unknown` where the folder is no repository of its own, as in an unpacked archive.
 */
export async function commitOf(folder: string): Promise<string> {
  const { exitCode, stdout } = await execa(
    'git',
    ['describe', '--always', '--exclude=*', '--abbrev=12', '--dirty'],
    // A repository that only surrounds the folder knows nothing of it.
    { cwd: folder, env: { GIT_CEILING_DIRECTORIES: dirname(folder) }, reject: false },
  );
  return exitCode === 0 ? stdout : 'unknown';
}

/** The client's `dist/index.js`, and the version of its package. */
async function kubernetesClientPackage(): Promise<{ entry: string; version: string }> {
  const entry = createRequire(import.meta.url).resolve('@kubernetes/client-node');
  const { version } = await readJson(join(entry, '../../package.json'));
  return { entry, version };
}

/** The client's generated files say of which API they were made, and nothing else does. */
async function apiVersion(clientEntry: string): Promise<string> {
  const model = await readFile(join(clientEntry, '../gen/models/V1Pod.js'), 'utf8');
  const found = /OpenAPI spec version: v(\d+\.\d+)/.exec(model)?.[1];
  if (found === undefined) throw new Error('The Kubernetes client does not say its API version.');
  return found;
}

async function readJson(path: string): Promise<{ version: string }> {
  return JSON.parse(await readFile(path, 'utf8'));
}
