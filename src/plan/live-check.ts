import { jsonEqual } from '../model/json.ts';
import { type Manifest, valueAt } from '../model/object.ts';
import type { Change, FieldChange } from '../model/plan.ts';
import { compareWithCluster } from './plan.ts';

/** How an object in a cluster is not what a change was made from. */
export type Moved =
  | { readonly type: 'gone' }
  /** Another object stands in its place. */
  | { readonly type: 'made-anew' }
  /** An object that is to be created stands there, with other values in these fields. */
  | { readonly type: 'there-already'; readonly fields: readonly FieldChange[] }
  /** These fields, which the change touches, are not as they were. */
  | { readonly type: 'changed'; readonly fields: readonly FieldChange[] };

/** What the cluster's present object means for a change that was planned earlier. */
export interface LiveCheck {
  readonly moved?: Moved;
  /** Fields that the change does not name and that its apply would put back all the same. */
  readonly reverts: readonly FieldChange[];
}

/**
 * Holds a planned change against the object that its cluster has now. What the object's manifest does
 * not set (a status, what others own) never matters.
 *
 * @param live undefined where the cluster has no such object
 */
export function checkLive(change: Change, live: Manifest | undefined): LiveCheck {
  const { action, desired, recorded } = change;
  if (live === undefined) {
    // An object that is gone needs no deletion.
    const isFine = action === 'create' || action === 'delete';
    return { ...(!isFine && { moved: { type: 'gone' } }), reverts: [] };
  }
  if (action === 'create') return checkCreation(change, live);
  if (uidOf(live) !== uidOf(recorded?.answer)) return { moved: { type: 'made-anew' }, reverts: [] };
  if (desired === undefined || recorded === undefined) return { reverts: [] };
  const now = compareWithCluster(desired, recorded, live).fields;
  const fields = change.fields.filter((field) => hasMoved(field, findField(now, field)));
  const reverts = now.filter(
    (field) => isWritten(field) && findField(change.fields, field) === undefined,
  );
  return { ...(fields.length > 0 && { moved: { type: 'changed', fields } }), reverts };
}

/** A creation may meet an object as long as it overwrites nothing of it. */
function checkCreation({ desired }: Change, live: Manifest): LiveCheck {
  if (desired === undefined) return { reverts: [] };
  const compared = compareWithCluster(desired, { answer: live }, undefined);
  const fields = compared.fields.filter(({ effect }) => effect === 'change' || effect === 'remove');
  return { ...(fields.length > 0 && { moved: { type: 'there-already', fields } }), reverts: [] };
}

/** @param now what a plan of this moment says of the field */
function hasMoved(planned: FieldChange, now: FieldChange | undefined): boolean {
  // A field that Sisyphus lets go may change as long as its value stays.
  if (planned.effect === 'release' || planned.effect === 'handover') {
    return now !== undefined && isWritten(now);
  }
  return now?.effect !== planned.effect || !jsonEqual(now.current, planned.current);
}

function isWritten({ effect }: FieldChange): boolean {
  return effect === 'add' || effect === 'change' || effect === 'remove';
}

function findField(fields: readonly FieldChange[], { path }: FieldChange): FieldChange | undefined {
  return fields.find((field) => jsonEqual(field.path, path));
}

function uidOf(object: Manifest | undefined): unknown {
  return valueAt(object, 'metadata', 'uid');
}
