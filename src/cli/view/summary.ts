import type { Outcome } from '../../apply/events.ts';
import { count } from '../../model/count.ts';
import { groupBy } from '../../model/group-by.ts';
import { formatObject } from '../../model/object.ts';
import { indent, type Line, line, linesOf, type PrintOptions, printLines, span } from './line.ts';
import { outcomeLines } from './outcome-text.ts';
import { formatDuration } from './words.ts';

type Applied = Extract<Outcome, { type: 'applied' }>;
type Undone = Exclude<Outcome, Applied>;

/** Of so many changes that were not done for one reason each is named; the rest is a number. */
const SHOWN_OF_A_REASON = 10;

/**
 * Prints what an apply came to: whose fields were taken, what is still under way, what was not done
 * with its reason, and last how much was done.
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
  const undone = outcomes.filter(
    (outcome) => outcome.type !== 'failed' && outcome.type !== 'applied',
  );
  const parts = [
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(undone.length > 0 ? [`${undone.length} not done`] : []),
  ];
  const done = `Applied ${applied.length} of ${count(outcomes.length, 'change')} in ${time}`;
  const rest = [...failed, ...undone];
  return [
    line('Not applied:', 'strong'),
    ...indent(undoneLines(rest), 2),
    line(`${done}; ${parts.join(', ')}.`, 'strong'),
  ];
}

/** What was not done, with what is too much of one reason as a number. */
function undoneLines(undone: readonly Undone[]): Line[] {
  const clusterWidth = Math.max(...undone.map(({ change }) => change.key.cluster.length));
  const groups = groupBy(undone, (outcome) => `${outcome.type}|${reasonOf(outcome)}`);
  return [...groups.values()].flatMap((group) => {
    const shown = group.slice(0, SHOWN_OF_A_REASON);
    const lines = shown.flatMap((outcome) => outcomeLines(outcome, clusterWidth));
    const more = group.length - shown.length;
    const [first] = linesOf(group[0] === undefined ? '' : reasonOf(group[0]), 'faint');
    return more === 0 ? lines : [...lines, [span(`and ${more} more: `), ...(first ?? [])]];
  });
}

function reasonOf(outcome: Undone): string {
  return outcome.type === 'failed' ? outcome.error.message : outcome.reason;
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
