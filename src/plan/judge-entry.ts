import { FIELD_MANAGER, UNKNOWN_MANAGER } from '../model/field-manager.ts';
import type { Intent } from '../model/intent.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Manifest, valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/** A change of which only the beginning is known. */
interface Begun extends Intent {
  /** ISO 8601 in UTC. */
  readonly begunAt: string;
}

/** What the database should hold of an object whose change was interrupted. */
export type Verdict =
  /** The cluster holds it: this is what is known of it. */
  | { readonly type: 'record'; readonly object: RecordedObject }
  /** The cluster does not hold it, or somebody else's in its place. */
  | { readonly type: 'forget' }
  /** Nothing happened. */
  | { readonly type: 'nothing' };

/**
 * Judges a change of which only the beginning is known, by what the cluster holds. Nothing is written
 * anew on the strength of it: the next plan compares the repository with what is recorded here, and
 * finishes what is left to do.
 */
export function judgeEntry(
  intent: Begun,
  recorded: RecordedObject | undefined,
  live: Manifest | undefined,
): Verdict {
  const isTracked = recorded !== undefined;
  const uid = valueAt(live, 'metadata', 'uid');
  if (intent.action === 'delete') {
    const isLeaving = valueAt(live, 'metadata', 'deletionTimestamp') !== undefined;
    return live === undefined || isLeaving || uid !== intent.uid
      ? { type: 'forget' }
      : { type: 'nothing' };
  }
  if (live === undefined) return { type: isTracked ? 'forget' : 'nothing' };
  const isOld = intent.action === 'recreate' && uid === intent.uid;
  const entry = ownEntry(live);
  const createdNow =
    entry === undefined
      ? isBareAndNew(intent, live)
      : entry.time === valueAt(live, 'metadata', 'creationTimestamp');
  if (isOld || (entry === undefined && !createdNow)) return { type: 'nothing' };
  return { type: 'record', object: recordOf(intent, recorded, live, createdNow) };
}

function recordOf(
  { key, sent, declaration, action, uid: oldUid }: Intent,
  recorded: RecordedObject | undefined,
  live: Manifest,
  createdNow: boolean,
): RecordedObject {
  const isSame = action === 'update' && valueAt(live, 'metadata', 'uid') === oldUid;
  // Whether an update arrived is not certain, so the plan is to compare with what was sent before it.
  const lastSent = isSame ? recorded?.sent : sent;
  return {
    key,
    answer: live,
    createdHere: isSame ? recorded?.createdHere === true : createdNow,
    ...(lastSent === undefined ? {} : { sent: lastSent }),
    ...(declaration === undefined ? {} : { declaration }),
  };
}

/**
 * An apply that sets no field, as that of a plain Namespace, leaves no managed fields; whatever else makes
 * an object does. So an object without any that came into being since the change was begun is its work.
 */
function isBareAndNew({ action, begunAt }: Begun, live: Manifest): boolean {
  const entries = valueAt(live, 'metadata', 'managedFields');
  const known = Array.isArray(entries) ? entries : [];
  const isBare = known.every((entry) => valueAt(entry, 'manager') === UNKNOWN_MANAGER);
  if (action !== 'create' || !isBare) return false;
  const createdAt = Date.parse(String(valueAt(live, 'metadata', 'creationTimestamp')));
  return createdAt >= Date.parse(begunAt);
}

/** The entry of managed fields that says that Sisyphus wrote the object. */
function ownEntry(live: Manifest): JsonObject | undefined {
  const entries = valueAt(live, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return undefined;
  return entries.find(
    (entry: JsonValue): entry is JsonObject =>
      isJsonObject(entry) && entry.manager === FIELD_MANAGER,
  );
}
