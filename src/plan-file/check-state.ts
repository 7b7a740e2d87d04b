import { type DeclarationId, declarationKey, formatDeclaration } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import { formatObject, type ObjectKey, sameObjectId } from '../model/object.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedObject } from '../model/record.ts';
import { isNamespace } from '../plan/filter.ts';
import { isPaused } from '../plan/maker.ts';
import { recordDigest } from './canonical.ts';
import type { RecordedVersion, SavedChange, SavedPlan } from './saved-plan.ts';

/** What the database holds now. */
export interface PresentState {
  readonly recorded: readonly RecordedObject[];
  /** Paused declarations. */
  readonly paused: readonly DeclarationId[];
}

/**
 * Everything in the database that is not as it was when a plan was made, as far as the plan is about
 * it. A plan is only what it says as long as nothing of this is found.
 */
export function checkState(plan: SavedPlan, { recorded, paused }: PresentState): Problem[] {
  const rows = new Map(recorded.map((object) => [sameObjectId(object.key), object]));
  const rowOf = (key: ObjectKey) => rows.get(sameObjectId(key));
  const versions = [...plan.releases, ...plan.claims.map((claim) => claim.recorded)];
  const errors = [
    ...plan.changes.map(({ key, recorded }) => versionError(key, recorded, rowOf(key))),
    ...versions.map((version) => versionError(version.key, version, rowOf(version.key))),
    ...plan.changes.map((change) => pauseError(change, rowOf(change.key), paused)),
    ...newInhabitants(plan, recorded).map(inhabitantError),
  ];
  return errors.flatMap((error) => (error === undefined ? [] : [{ error }]));
}

/**
 * @param version what the plan was made from; undefined where nothing was recorded
 * @param row what is recorded now
 */
function versionError(
  key: ObjectKey,
  version: RecordedVersion | undefined,
  row: RecordedObject | undefined,
): UserError | undefined {
  if (version === undefined) {
    return row === undefined
      ? undefined
      : moved(`${nameOf(key)} is to be created and is tracked by now`);
  }
  if (row === undefined) return moved(`${nameOf(key)} is no longer tracked`);
  if (recordDigest(row) === version.digest) return undefined;
  return moved(`${nameOf(key)} was applied or recorded anew after the plan was made`);
}

function pauseError(
  { key, action, desired }: SavedChange,
  row: RecordedObject | undefined,
  paused: readonly DeclarationId[],
): UserError | undefined {
  const declaration = desired?.declaration;
  const isStopped =
    action === 'delete'
      ? row !== undefined && isPaused(row, paused)
      : paused.some((id) => declaration && declarationKey(id) === declarationKey(declaration));
  if (!isStopped) return undefined;
  const name = declaration === undefined ? 'its declaration' : formatDeclaration(declaration);
  return new UserError(`${nameOf(key)} is to be changed, but ${name} was paused meanwhile`, {
    code: 'state-moved',
    hint: 'resume it with sisyphus object resume, or make a new plan with sisyphus diff --out',
  });
}

/** Tracked objects in Namespaces that the plan deletes and that it does not delete with them. */
function newInhabitants(
  { changes }: SavedPlan,
  recorded: readonly RecordedObject[],
): RecordedObject[] {
  const deleted = changes.filter(({ action }) => action === 'delete').map(({ key }) => key);
  const going = new Set(deleted.map(sameObjectId));
  const namespaces = new Set(
    deleted.filter(isNamespace).map(({ cluster, name }) => `${cluster}|${name}`),
  );
  return recorded.filter(
    ({ key }) => namespaces.has(`${key.cluster}|${key.namespace}`) && !going.has(sameObjectId(key)),
  );
}

function inhabitantError({ key }: RecordedObject): UserError {
  return moved(`${nameOf(key)} is tracked by now in a Namespace that the plan deletes`);
}

function nameOf(key: ObjectKey): string {
  return `${formatObject(key)} in cluster ${key.cluster}`;
}

function moved(message: string): UserError {
  return new UserError(message, {
    code: 'state-moved',
    hint: 'make a new plan with sisyphus diff --out',
  });
}
