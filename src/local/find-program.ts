import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { Environment } from './local-ports.ts';

/** The path of a program that a shell would find by its name; undefined where there is none. */
export async function findOnPath(
  name: string,
  { PATH = '' }: Environment,
): Promise<string | undefined> {
  for (const folder of PATH.split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await isThere(path, constants.X_OK))) return path;
  }
  return undefined;
}

/**
 * The path of a binary as a person names it: a file, or else, like a shell, a program on the path where
 * the name has no slash.
 */
export async function findBinary(name: string, environment: Environment): Promise<string> {
  if (name.includes('/') || (await isThere(name, constants.F_OK))) return resolve(name);
  return (await findOnPath(name, environment)) ?? resolve(name);
}

async function isThere(path: string, mode: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}
