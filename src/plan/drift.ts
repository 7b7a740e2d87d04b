import { type JsonValue, jsonEqual } from '../model/json.ts';
import { type Manifest, sameObjectId, valueAt } from '../model/object.ts';
import type { Change, FieldChange } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { type Comparison, compare } from './compare.ts';
import { ownedPart } from './owned-part.ts';
import type { LiveObjects } from './plan.ts';
import { changedSecretKeys } from './secret-drift.ts';
import { withUnseen } from './unseen.ts';

/** What others did to tracked objects, and what the database is to hold of these from now on. */
export interface Drift {
  /**
   * From what is recorded to what the cluster holds: `update`, `recreate` for an object that was made
   * anew, `delete` for one that is gone.
   */
  readonly changes: readonly Change[];
  /** The records of objects that are not as they were recorded, in fields of whatever owner. */
  readonly records: readonly RecordedObject[];
}

/**
 * Compares tracked objects with what their clusters hold. Only what Sisyphus set counts as drift; what
 * a server rewrote at the apply does not.
 *
 * The new record of a drifted object says that the live values were sent. So the next plan takes the
 * drift for a change to put right, and stays quiet about what only the server rewrote.
 *
 * @param live every one of these objects that still exists
 */
export function findDrift(recorded: readonly RecordedObject[], live: LiveObjects): Drift {
  const found = recorded.map((object) => driftOf(object, live.get(sameObjectId(object.key))));
  return {
    changes: found.flatMap(({ change }) => change ?? []),
    records: found.flatMap(({ record }) => record ?? []),
  };
}

interface ObjectDrift {
  readonly change?: Change;
  readonly record?: RecordedObject;
}

function driftOf(recorded: RecordedObject, seen: Manifest | undefined): ObjectDrift {
  const { key, answer, sent } = recorded;
  const known = sent ?? ownedPart(answer);
  const common = { key, recorded, before: known, warnings: [] };
  if (seen === undefined) return { change: { ...common, action: 'delete', fields: [] } };
  const live = withUnseen(seen, sent, answer);
  if (jsonEqual(answer, live)) return {};
  const compared = compare(known, { sent: known, answer, live });
  const fields = [...compared.fields.flatMap(reversed), ...changedSecretKeys(answer, live)];
  const changed = { ...common, after: compared.before, fields };
  if (uidOf(live) !== uidOf(answer)) {
    const reason = 'somebody deleted it and made another one in its place';
    return { change: { ...changed, action: 'recreate', reason }, record: adopted(recorded, live) };
  }
  const record = { ...recorded, answer: live, ...sentAfter(recorded, compared) };
  return fields.length === 0 ? { record } : { record, change: { ...changed, action: 'update' } };
}

/** Nobody sent anything to an object that somebody else made. */
function adopted({ key, declaration }: RecordedObject, answer: Manifest): RecordedObject {
  return { key, answer, createdHere: false, ...(declaration && { declaration }) };
}

function sentAfter(
  { sent }: RecordedObject,
  { fields, before }: Comparison,
): Pick<RecordedObject, 'sent'> {
  return sent === undefined || fields.length === 0 ? {} : { sent: before as Manifest };
}

const REVERSE = { add: 'remove', change: 'change', remove: 'add' } as const;

/** What puts a field right, seen from the other side; who owns a field alone is no drift. */
function reversed({ path, effect, managers }: FieldChange): FieldChange[] {
  if (effect !== 'add' && effect !== 'change' && effect !== 'remove') return [];
  return [{ path, effect: REVERSE[effect], managers }];
}

function uidOf(object: Manifest): JsonValue | undefined {
  return valueAt(object, 'metadata', 'uid');
}
