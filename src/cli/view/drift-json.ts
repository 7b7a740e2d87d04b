import type { Refreshed } from '../../reconcile/refresh.ts';
import { countDrift } from './drift-text.ts';
import { changeLine, made, noticeLine, type OutputLine, unavailableOf } from './json.ts';

/** What a refresh found as lines: the summary, then each drifted or gone object, then each notice. */
export function driftLines(refreshed: Refreshed): OutputLine[] {
  const { keys, changes, notices } = refreshed;
  const summary = {
    objects: keys.length,
    clusters: new Set(keys.map(({ cluster }) => cluster)).size,
    counts: countDrift(refreshed),
    unavailable: unavailableOf(refreshed),
  };
  return [made('drift', summary), ...changes.map(changeLine), ...notices.map(noticeLine)];
}
