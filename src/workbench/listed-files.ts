import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { UserError } from '../model/errors.ts';

/**
 * Reads lists of `PATH_IN_IMAGE=PATH`, where each file of a program belongs and where it is.
 *
 * @param listFile a file with one of them on each line
 * @throws UserError `invalid-file-list` for one that is none, that leads out of the image, or that comes
 *   twice with another file
 */
export async function listFiles(
  listed: readonly string[],
  listFile: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const lines = listFile === undefined ? [] : (await readList(listFile)).split(/\r?\n/);
  const files = new Map<string, string>();
  for (const entry of [...listed, ...lines.filter((line) => line !== '')]) {
    const equals = entry.indexOf('=');
    const file = entry.slice(equals + 1);
    const path = posix.normalize(entry.slice(0, Math.max(equals, 0)));
    if (equals < 1 || file === '' || /^(?:\.\.(?:\/|$)|\/|\.$)/.test(path)) {
      throw invalid(`"${entry}" is not PATH_IN_IMAGE=PATH`);
    }
    if ((files.get(path) ?? file) !== file) throw invalid(`${path} is listed twice`);
    files.set(path, file);
  }
  return files;
}

async function readList(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${path} cannot be read (${cause.code})`);
  });
}

function invalid(why: string): UserError {
  return new UserError(`The list of files is wrong: ${why}.`, {
    code: 'invalid-file-list',
    hint: 'Write each file as echo/echo.star=PATH, its path from the root of the program first.',
  });
}
