import { join } from 'node:path';
import { execa } from 'execa';
import { buildGo } from '../bed/build.ts';

/** What one process and all that it started took, from its start to its end. */
export interface Measurement {
  readonly wallMs: number;
  /** In user and system mode, over all cores. */
  readonly cpuMs: number;
  /**
   * The most memory that was resident at one time, in all processes together: looked at every 25 ms,
   * and at least the exact peak of the largest.
   */
  readonly peakRssBytes: number;
  /** The most processes at one time; 0 where the system does not tell. */
  readonly processes: number;
}

/** A measured process that ended well, and what it printed. */
export interface Measured extends Measurement {
  readonly stdout: string;
}

/** Runs a command as a process of its own and measures it. */
export type Measure = (
  command: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<Measured>;

/** Gives the way to measure; builds its program where this machine has not yet. */
export async function openMeasure(signal: AbortSignal): Promise<Measure> {
  const folder = await buildGo({
    name: 'measure',
    module: join(import.meta.dirname, 'measure'),
    packages: ['.'],
    sources: ['go.mod', 'main.go', 'tree.go'],
    estimate: '10 s',
    signal,
  });
  const program = join(folder, 'measure');
  return async (command, env = {}) => {
    const { stdout, stdio } = await execa(program, command, {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      cancelSignal: signal,
    });
    return { ...(JSON.parse(String(stdio[3])) as Measurement), stdout };
  };
}
