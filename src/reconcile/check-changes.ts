import { UserError } from '../model/errors.ts';
import { formatObject, type ObjectKey, sameObjectId } from '../model/object.ts';
import type { Change, FieldChange } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { formatPath } from '../plan/field-path.ts';
import { checkLive, type Moved } from '../plan/live-check.ts';
import type { Live } from './live.ts';

/** Changes that were held against their clusters. */
export interface Checked {
  /** With a warning where an apply would put back what the change does not name. */
  readonly changes: readonly Change[];
  /** Objects that are not what their changes were made from. */
  readonly problems: readonly Problem[];
}

/** Whether a change needs its object looked at: what is blocked is not applied. */
export function isToBeChecked({ block }: Change): boolean {
  return block === undefined;
}

/** Holds changes that were planned earlier against what the clusters hold now. */
export function checkChanges(changes: readonly Change[], live: Live): Checked {
  const checked = changes.map((change) => {
    const isRead = isToBeChecked(change) && !Object.hasOwn(live.unavailable, change.key.cluster);
    return isRead ? checkChange(change, live) : { change };
  });
  return {
    changes: checked.map(({ change }) => change),
    problems: checked.flatMap(({ error }) => (error === undefined ? [] : [{ error }])),
  };
}

function checkChange(
  change: Change,
  { objects, unread }: Live,
): { readonly change: Change; readonly error?: UserError } {
  const id = sameObjectId(change.key);
  const why = unread.get(id);
  if (why !== undefined) return { change, error: liveMoved(change.key, `was ${why}`) };
  const { moved, reverts } = checkLive(change, objects.get(id));
  if (moved !== undefined) return { change, error: movedError(change.key, moved) };
  if (reverts.length === 0) return { change };
  const warning = `puts back what was changed after the last apply: ${namesOf(reverts)}`;
  return { change: { ...change, warnings: [...change.warnings, warning] } };
}

function movedError(key: ObjectKey, moved: Moved): UserError {
  switch (moved.type) {
    case 'gone':
      return liveMoved(key, 'is not there any more');
    case 'made-anew':
      return liveMoved(key, 'is another one than the plan is about: somebody made it anew');
    case 'changed':
      return liveMoved(key, `is not as the plan takes it to be: ${namesOf(moved.fields)}`);
    case 'there-already':
      return liveMoved(
        key,
        `is to be created, but is there with other values: ${namesOf(moved.fields)}`,
        'take it over with sisyphus import or delete it, and make a new plan with sisyphus diff --out',
      );
  }
}

/** `spec.replicas (set by kubectl)`. */
function namesOf(fields: readonly FieldChange[]): string {
  const names = fields.map(({ path, managers }) => {
    const by = managers.length > 0 ? ` (set by ${managers.join(', ')})` : '';
    return `${formatPath(path)}${by}`;
  });
  return names.join(', ');
}

const NEW_PLAN =
  'record what is there with sisyphus refresh, and make a new plan with sisyphus diff --out';

function liveMoved(key: ObjectKey, what: string, hint = NEW_PLAN): UserError {
  const name = `${formatObject(key)} in cluster ${key.cluster}`;
  return new UserError(`${name} ${what}`, { code: 'live-moved', hint });
}
