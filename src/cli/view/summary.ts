import type { Outcome } from '../../apply/events.ts';
import { formatObject } from '../../model/object.ts';
import { indent, type Line, line, type PrintOptions, printLines } from './line.ts';
import { outcomeLines } from './outcome-text.ts';
import { count, formatDuration } from './words.ts';

type Applied = Extract<Outcome, { type: 'applied' }>;

/**
 * Prints what an apply came to: everything that was not done with its reason, whose fields were
 * taken, what is still under way.
 *
 * @param durationMs how long the whole apply took
 */
export function formatSummary(
  outcomes: readonly Outcome[],
  durationMs: number,
  options: PrintOptions,
): string {
  const applied = outcomes.filter((outcome) => outcome.type === 'applied');
  const lines = [
    ...takenLines(applied),
    ...noteLines(applied),
    ...conclusion(outcomes, applied, durationMs),
  ];
  return printLines(lines, options);
}

function conclusion(
  outcomes: readonly Outcome[],
  applied: readonly Applied[],
  durationMs: number,
): Line[] {
  const time = formatDuration(durationMs);
  if (applied.length === outcomes.length) {
    const clusters = new Set(applied.map(({ change }) => change.key.cluster)).size;
    const what = `${count(applied.length, 'change')} in ${count(clusters, 'cluster')}`;
    return [line(`Applied ${what} in ${time}.`, 'strong')];
  }
  const failed = outcomes.filter((outcome) => outcome.type === 'failed');
  const undone = outcomes.filter(({ type }) => type !== 'failed' && type !== 'applied');
  const parts = [
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(undone.length > 0 ? [`${undone.length} not done`] : []),
  ];
  const head = `Applied ${applied.length} of ${count(outcomes.length, 'change')} in ${time}`;
  const rest = [...failed, ...undone];
  const clusterWidth = Math.max(...rest.map(({ change }) => change.key.cluster.length));
  const details = rest.flatMap((outcome) => outcomeLines(outcome, clusterWidth));
  return [line(`${head}; ${parts.join(', ')}:`, 'strong'), ...indent(details, 2)];
}

/** Fields that were another manager's until now; one line for the same in several clusters. */
function takenLines(applied: readonly Applied[]): Line[] {
  const clusters = new Map<string, string[]>();
  for (const { change, taken } of applied) {
    for (const { field, manager } of taken) {
      const what = `Took ${field} of ${formatObject(change.key)} from ${manager}`;
      clusters.set(what, [...(clusters.get(what) ?? []), change.key.cluster]);
    }
  }
  return [...clusters].map(([what, names]) => line(`${what} (${names.join(', ')}).`, 'warning'));
}

function noteLines(applied: readonly Applied[]): Line[] {
  return applied.flatMap(({ change: { key }, note }) =>
    note === undefined ? [] : [line(`${formatObject(key)} (${key.cluster}): ${note}`, 'warning')],
  );
}
