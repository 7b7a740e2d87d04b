import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { compareBytes } from '../model/object.ts';

/** The end of a name that makes a file one that tests programs. */
export const TEST_SUFFIX = '_test.star';

/**
 * Finds the files that test programs in a folder and below it, or takes the one that is named. Hidden
 * folders, `node_modules` and links are left out.
 *
 * @throws UserError `no-tests` where there is none
 */
export async function findTests(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() && path.endsWith(TEST_SUFFIX)) return [path];
  const files = found?.isDirectory() ? await walk(path) : [];
  if (files.length > 0) return files.sort(compareBytes);
  throw noTests(path);
}

/** The error for a place without tests: nobody should take that for success. */
export function noTests(path: string): UserError {
  return new UserError(`There are no tests in ${path}.`, {
    code: 'no-tests',
    hint: `Expected files whose names end in ${TEST_SUFFIX}, with functions whose names begin with test_.`,
  });
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith(TEST_SUFFIX) ? [path] : [];
    const left = entry.name.startsWith('.') || entry.name === 'node_modules';
    return entry.isDirectory() && !left ? await walk(path) : [];
  });
  return (await Promise.all(nested)).flat();
}
