import { keyId, type ObjectKey } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import type { Database } from './dialect.ts';
import { addHistory, type Signature } from './history.ts';
import { closeEntry } from './journal.ts';
import { forgetObject, recordObject } from './objects.ts';
import type { EntryId, HistoryEntry, RecordOptions } from './port.ts';

/** How a change ended, as far as the database has to know: any of these parts. */
export interface Settlement {
  /** The journal's entry that is complete with it. */
  readonly entry?: EntryId;
  /** The object that is not there any more. */
  readonly forget?: ObjectKey;
  /** The object that is there now. */
  readonly record?: RecordedObject;
  readonly history?: HistoryEntry;
}

/** What `State.record` is told, as one settlement. */
export function recorded(
  record: RecordedObject,
  { replaces, entry, image, manifest = record.sent }: RecordOptions,
): Settlement {
  const { key } = record;
  return {
    record,
    ...(entry && { entry }),
    ...(replaces && keyId(replaces) !== keyId(key) && { forget: replaces }),
    ...(image && {
      history: { key, image, outcome: 'succeeded', ...(manifest && { manifest }) },
    }),
  };
}

/** Writes a settlement; in a transaction, so that all of it is written or nothing. */
export async function settle(
  database: Database,
  by: Signature,
  { entry, forget, record, history }: Settlement,
): Promise<void> {
  if (entry !== undefined) await closeEntry(database, entry);
  if (forget !== undefined) await forgetObject(database, forget);
  if (record !== undefined) await recordObject(database, record);
  if (history !== undefined) await addHistory(database, by, history);
}
