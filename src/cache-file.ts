import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from './replace-file.ts';

/** Private, as what is cached may be. */
const MODE = 0o600;

/**
 * Writes a file of a cache in one step. A cache only saves work: one that cannot be written is a slower
 * cache, and so nothing is thrown.
 */
export async function writeCacheFile(path: string, content: string | Uint8Array): Promise<void> {
  const write = () => replaceFile(path, content, { mode: MODE });
  try {
    // The folder is there but for the first time.
    await write().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await write();
    });
  } catch {
    // Another command will do the work again.
  }
}
