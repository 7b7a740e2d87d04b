import { sisyphusCommand } from '../bed/commands.ts';
import type { Measure } from './measure.ts';
import { median } from './statistics.ts';

/** How long a process takes that does next to nothing; medians. */
export interface Start {
  readonly helpMs: number;
  /** Node alone, for comparison: `node -e 0`. */
  readonly nodeMs: number;
}

const runs = 10;

/** Measures the start of the command line and of Node by turns. */
export async function measureStart(measure: Measure): Promise<Start> {
  const help: number[] = [];
  const node: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    help.push((await measure([...sisyphusCommand, '--help'])).wallMs);
    node.push((await measure([process.execPath, '-e', '0'])).wallMs);
  }
  return { helpMs: median(help), nodeMs: median(node) };
}
