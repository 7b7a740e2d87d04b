import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { formatError } from '../model/errors.ts';
import { type Repository, readRepository } from './repository.ts';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'sisyphus-repository-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Writes files by their paths below a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Reads a monitor directory that holds the given files, as if started in it. */
export async function readFiles(files: Readonly<Record<string, string>>): Promise<Repository> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return readRepository('.', { cwd: folder });
}

/** The problems of a monitor directory as a user sees them. */
export async function readProblems(files: Readonly<Record<string, string>>): Promise<string> {
  return formatProblems(await readFiles(files));
}

/** Problems as a user sees them, one after the other. */
export function formatProblems({ problems }: Repository): string {
  return problems.map(({ error }) => formatError(error)).join('\n');
}
