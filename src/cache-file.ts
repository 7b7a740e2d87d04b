import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file of a cache in one step, so that no other process ever reads half of it. A cache only
 * saves work: one that cannot be written is a slower cache, and so nothing is thrown.
 */
export async function writeCacheFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeInFolder(temporary, content);
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Private, as what is cached may be. The folder is there but for the first time. */
async function writeInFolder(path: string, content: string | Uint8Array): Promise<void> {
  const write = () => writeFile(path, content, { flag: 'wx', mode: 0o600 });
  try {
    await write();
  } catch {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await write();
  }
}
