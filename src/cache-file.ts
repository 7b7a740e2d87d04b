import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** Private, as what is cached may be. */
const MODE = 0o600;

/**
 * Writes a file of a cache in one step. A cache only saves work: one that cannot be written is a slower
 * cache, and so nothing is thrown.
 */
export function writeCacheFile(path: string, content: string | Uint8Array): void {
  try {
    writeInFolder(path, content);
  } catch {
    // Another command will do the work again.
  }
}

/** The folder is there but for the first time. */
function writeInFolder(path: string, content: string | Uint8Array): void {
  const write = () => replaceFile(path, content, { mode: MODE });
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write();
  }
}
