import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes an empty temporary folder, short enough for the path of a Unix socket inside it. */
export function makeScratch(purpose: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `sisyphus-${purpose}-`));
}

/** Removes a folder with all that is in it. */
export function removeScratch(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
