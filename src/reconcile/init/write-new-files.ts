import { lstat, mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../model/errors.ts';

/**
 * Writes files that are not there yet: all of them, or none. Folders are made as they are needed.
 *
 * @param files texts by their paths in the folder
 * @throws UserError `files-exist` with all that would be overwritten, `cannot-write`
 */
export async function writeNewFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const existing = await existingOf([...files.keys()].map((path) => join(folder, path)));
  if (existing.length > 0) throw filesExist(existing);
  const folders: string[] = [];
  const written: string[] = [];
  try {
    for (const [name, text] of files) {
      const path = join(folder, name);
      folders.push(...(await makeFolder(dirname(path))));
      // Whoever made the file since it was looked for keeps it.
      await writeFile(path, text, { flag: 'wx' });
      written.push(path);
    }
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    // A folder that somebody else uses by now stays.
    for (const made of folders.reverse()) await rmdir(made).catch(() => undefined);
    throw cannotWrite(folder, error as NodeJS.ErrnoException);
  }
}

/** @returns the folders that were not there before, outer ones first */
async function makeFolder(path: string): Promise<string[]> {
  const outermost = await mkdir(path, { recursive: true });
  if (outermost === undefined) return [];
  const made: string[] = [];
  const there = dirname(resolve(outermost));
  for (let folder = resolve(path); folder !== there; folder = dirname(folder)) {
    made.unshift(folder);
  }
  return made;
}

async function existingOf(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)));
  return paths.filter((_, index) => found[index] !== undefined);
}

function filesExist(paths: readonly string[]): UserError {
  return new UserError('Nothing was written, because these files would be overwritten.', {
    code: 'files-exist',
    detail: paths.join('\n'),
    hint: 'Name another folder, or move them away.',
  });
}

function cannotWrite(folder: string, cause: NodeJS.ErrnoException): UserError {
  return new UserError(`Nothing was written: ${folder} cannot be written to (${cause.code}).`, {
    code: 'cannot-write',
    hint: 'Name a folder in which you may make files.',
    cause,
  });
}
