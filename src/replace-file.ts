import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/** How a file is written. */
export interface ReplaceOptions {
  /** Whoever may read and write it; by default as the process' umask says. */
  readonly mode?: number;
  /** Puts the content on the disk before its name: a power cut leaves the old file or all of the new one. */
  readonly flush?: boolean;
}

/**
 * Writes a file in one step: nobody ever reads half of it, and where writing fails what stood there
 * before is still there.
 *
 * @throws what the file system says
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { ...options, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
