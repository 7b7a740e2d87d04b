import type { Cluster } from '../cluster/port.ts';
import { IMAGE_ANNOTATION } from '../model/image-annotation.ts';
import { valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import { judgeEntry } from '../plan/judge-entry.ts';
import type { JournalEntry, State } from '../state/port.ts';

/**
 * Completes an entry of the journal whose change may or may not have happened: looks at the cluster
 * and records what is there.
 *
 * @returns whether there was something to record: otherwise the change did not happen
 */
export async function settleEntry(
  entry: JournalEntry,
  recorded: RecordedObject | undefined,
  cluster: Cluster,
  state: Pick<State, 'record' | 'forget' | 'abandon'>,
): Promise<boolean> {
  const isKnownType = (await cluster.resourceOf(entry.key)) !== undefined;
  const live = isKnownType ? await cluster.get(entry.key) : undefined;
  const verdict = judgeEntry(entry, recorded, live);
  if (verdict.type === 'nothing') {
    await state.abandon(entry.id);
    return false;
  }
  if (verdict.type === 'forget') {
    await state.forget(entry.key, entry.id);
    return true;
  }
  const running = valueAt(live, 'metadata', 'annotations', IMAGE_ANNOTATION);
  const image = entry.image !== undefined && running === entry.image ? entry.image : undefined;
  await state.record(verdict.object, {
    entry: entry.id,
    ...(entry.replaces === undefined ? {} : { replaces: entry.replaces }),
    ...(image === undefined ? {} : { image }),
    ...(entry.sent === undefined ? {} : { manifest: entry.sent }),
  });
  return true;
}
