import type { Change } from '../../model/plan.ts';
import { byManagers, content } from './change-body.ts';
import { type Line, line } from './line.ts';
import type { YamlWriter } from './yaml-lines.ts';

/**
 * What is said of an object that is not as it was recorded: what became of it, what differs, and
 * whose the fields are now.
 *
 * @param full show objects that are gone whole
 */
export function driftBody(change: Change, full: boolean, writer: YamlWriter): Line[] {
  const { action, reason, fields } = change;
  const fate = action === 'delete' ? 'gone from the cluster' : reason;
  const taken = fields.filter(({ managers }) => managers.length > 0);
  return [
    ...(fate === undefined ? [] : [line(fate, action)]),
    ...content(change, full, writer),
    ...byManagers(taken).map(([managers, paths]) => line(`${paths} set by ${managers}`, 'warning')),
  ];
}
