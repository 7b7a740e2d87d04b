import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
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
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    execFileSync(program);
    return FOLDER;
  } catch {
    // There is none, or it is not for programs.
    return undefined;
  } finally {
    if (trial !== undefined) rmSync(trial, { recursive: true });
  }
}
