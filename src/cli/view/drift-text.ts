import { count } from '../../model/count.ts';
import type { Refreshed } from '../../reconcile/refresh.ts';
import { driftBody } from './drift-body.ts';
import type { PrintOptions } from './line.ts';
import type { GroupBy } from './plan-blocks.ts';
import { changeSections, noticeSections, printSections, unavailableSection } from './sections.ts';

/** How drift is printed. */
export interface DriftOptions extends PrintOptions {
  readonly groupBy: GroupBy;
  /** Shows objects that are gone whole. */
  readonly full: boolean;
}

/**
 * Prints what a refresh found, from what was recorded to what is there, with an empty line before what
 * comes next; nothing where there is nothing to say.
 */
export function formatDrift(
  { changes, notices, unavailable }: Refreshed,
  options: DriftOptions,
): string {
  const { groupBy, full } = options;
  const sections = [
    ...changeSections(changes, groupBy, (change, writer) => driftBody(change, full, writer)),
    ...noticeSections(notices),
    unavailableSection(unavailable, 'this refresh'),
  ];
  const text = printSections(sections, options);
  return text === '' ? '' : `${text}\n`;
}

/** How many objects drifted, and how many are gone. */
export function countDrift({ changes }: Refreshed): { drifted: number; gone: number } {
  const gone = changes.filter(({ action }) => action === 'delete').length;
  return { drifted: changes.length - gone, gone };
}

/** The last line of a refresh, once everything is recorded. */
export function concludeDrift(refreshed: Refreshed): string {
  const { drifted, gone } = countDrift(refreshed);
  const missing = Object.keys(refreshed.unavailable).length;
  const left = missing > 0 ? [`${count(missing, 'cluster')} left out`] : [];
  const verb = gone === 1 ? 'is' : 'are';
  const parts = [
    ...(drifted > 0 ? [`${count(drifted, 'object')} drifted`] : []),
    ...(gone > 0 ? [`${drifted > 0 ? gone : count(gone, 'object')} ${verb} gone`] : []),
  ];
  if (parts.length > 0) return `${[parts.join(', '), 'recorded', ...left].join('; ')}.`;
  const clusters = new Set(refreshed.keys.map(({ cluster }) => cluster)).size;
  const seen = `${count(refreshed.keys.length, 'object')} in ${count(clusters, 'cluster')}`;
  const same = refreshed.keys.length === 1 ? 'is as it was' : 'are as they were';
  return `${[`No drift: ${seen} ${same} left`, ...left].join('; ')}.`;
}
