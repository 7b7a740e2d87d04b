import type { ApplyEvent } from '../../apply/events.ts';
import { type PrintOptions, printLines } from './line.ts';
import { outcomeLines } from './outcome-text.ts';

/** How progress is printed. */
export interface ProgressOptions extends PrintOptions {
  /** Every cluster of the plan, so that the columns line up. */
  readonly clusters: readonly string[];
}

/**
 * Prints an event of an apply where nothing can be drawn: a line for each change that ended, with
 * more below it for an error.
 *
 * @returns undefined for an event that says nothing worth a line
 */
export function formatEvent(event: ApplyEvent, options: ProgressOptions): string | undefined {
  if (event.type !== 'finished') return undefined;
  const clusterWidth = Math.max(0, ...options.clusters.map((cluster) => cluster.length));
  return printLines(outcomeLines(event.outcome, clusterWidth), options);
}
