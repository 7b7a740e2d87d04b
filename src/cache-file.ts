import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** Private, as what is cached may be. */
export const CACHE_FILE_MODE = 0o600;

/** What a file of a cache holds; undefined where it cannot be read. */
export function readCacheFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Writes a file of a cache in one step. A cache only saves work: one that cannot be written is a slower
 * cache, and so nothing is thrown.
 */
export function writeCacheFile(path: string, content: string | Uint8Array): void {
  tryInFolder(path, () => replaceFile(path, content, { mode: CACHE_FILE_MODE }));
}

/**
 * Does what writes to a file of a cache. The folder is there but for the first time.
 * @returns false where it cannot be done; another command will do the work again
 */
export function tryInFolder(path: string, write: () => void): boolean {
  try {
    writeInFolder(path, write);
    return true;
  } catch {
    return false;
  }
}

function writeInFolder(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write();
  }
}
