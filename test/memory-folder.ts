import { accessSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/dev/shm';
/** Servers and what is installed into folders take about two. */
const ENOUGH_BYTES = 6 * 2 ** 30;

/**
 * A folder for temporary files in memory, where this machine has one with enough room from which programs
 * may run. The tests make tens of thousands of small files, which takes half as long there.
 */
export function memoryFolder(): string | undefined {
  let trial: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(FOLDER);
    if (bavail * bsize < ENOUGH_BYTES) return undefined;
    trial = mkdtempSync(join(FOLDER, 'sisyphus-trial-'));
    const program = join(trial, 'program');
    writeFileSync(program, '', { mode: 0o755 });
    // Fails where the file system is mounted without the right to run programs (access(2), EACCES).
    accessSync(program, constants.X_OK);
    return FOLDER;
  } catch {
    // There is none, or it is not for programs.
    return undefined;
  } finally {
    if (trial !== undefined) rmSync(trial, { recursive: true });
  }
}
