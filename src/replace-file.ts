import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** How a file is written. */
export interface ReplaceOptions {
  /** Whoever may read and write it; by default as the process' umask says. */
  readonly mode?: number;
  /** Puts the content on the disk before its name: a power cut leaves the old file or all of the new one. */
  readonly flush?: boolean;
}

/**
 * Writes a file in one step: nobody ever reads half of it, and where writing fails what stood there
 * before is still there. It does so at once: the files are small, and by way of Node's threads each
 * would take four times as long.
 *
 * @throws what the file system says
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, content, { ...options, flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    tryToRemove(draft);
    throw error;
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The error that is told is the one of writing.
  }
}
