import type { Cluster, PatchOperation } from '../cluster/port.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from '../model/json.ts';
import { isSecret, type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { type FieldSet, union } from '../plan/field-set.ts';
import { retryConflict } from './retry-conflict.ts';

/**
 * Moves what Sisyphus wrote of an object by POST or patch from its `Update` entry of managed fields to
 * its `Apply` entry; otherwise a later server-side apply could never remove a field, because the
 * `Update` entry would keep it. Objects that the Original wrote need it, and Secrets that were created.
 * The keys of a Secret go the other way: an apply without them would delete them.
 *
 * @param present keys that a Secret surely has
 */
export async function ownByApply(
  cluster: Cluster,
  key: ObjectKey,
  written: Manifest,
  present: readonly string[] = [],
): Promise<Manifest> {
  let object: Manifest | undefined = written;
  return await retryConflict(async () => {
    object ??= await cluster.get(key);
    const operations = object === undefined ? undefined : moveOwnership(key, object, present);
    if (object === undefined || operations === undefined) return object ?? written;
    const changed = [unchangedSince(object), ...operations];
    object = undefined;
    return await cluster.patch(key, changed);
  });
}

function moveOwnership(
  key: ObjectKey,
  object: Manifest,
  present: readonly string[],
): PatchOperation[] | undefined {
  const entries = valueAt(object, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return undefined;
  const managed = entries.filter(isJsonObject);
  const updates = managed.filter((entry) => isOurs(entry, 'Update'));
  const applies = managed.filter((entry) => isOurs(entry, 'Apply'));
  const model = updates[0] ?? applies[0];
  if (model === undefined) return undefined;
  const owned: Owned = { update: fieldsOf(updates), apply: fieldsOf(applies) };
  const wanted: Owned = isSecret(key)
    ? ownSecret(owned, present)
    : { update: {}, apply: union([owned.apply, owned.update]) };
  if (updates.length <= 1 && jsonEqual(wanted, owned)) return undefined;
  const others = managed.filter((one) => !updates.includes(one) && !applies.includes(one));
  const own = [
    { ...model, operation: 'Update', fieldsV1: wanted.update },
    { ...model, operation: 'Apply', fieldsV1: wanted.apply },
  ].filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  return [{ op: 'replace', path: '/metadata/managedFields', value: [...others, ...own] }];
}

/** What Sisyphus owns of an object, by operation. */
type Owned = Readonly<Record<'update' | 'apply', FieldSet>>;

/**
 * Keys are owned by `Update` only. What was applied as `stringData` is a key of `data`, if it is there;
 * the type cannot be changed, whoever owns it.
 */
function ownSecret({ update, apply }: Owned, present: readonly string[]): Owned {
  const { 'f:data': ownData, 'f:stringData': ownStrings, 'f:type': type, ...rest } = update;
  const { 'f:data': appliedData, 'f:stringData': appliedStrings, ...applied } = apply;
  const strings = union([asSet(ownStrings), asSet(appliedStrings)]);
  const kept = Object.entries(strings).filter(([field]) => present.includes(field.slice(2)));
  const data = union([asSet(ownData), asSet(appliedData), Object.fromEntries(kept)]);
  return {
    update: {
      ...(Object.keys(data).length > 0 && { 'f:data': data }),
      ...(type !== undefined && { 'f:type': type }),
    },
    apply: union([applied, rest]),
  };
}

function fieldsOf(entries: readonly JsonObject[]): FieldSet {
  return union(entries.map(({ fieldsV1 }) => asSet(fieldsV1)));
}

function asSet(value: JsonValue | undefined): FieldSet {
  return isJsonObject(value) ? value : {};
}

function isOurs(entry: JsonObject, operation: string): boolean {
  const isWhole = entry.subresource === undefined || entry.subresource === '';
  return isWhole && entry.manager === FIELD_MANAGER && entry.operation === operation;
}

/** Makes a patch fail with a conflict when the object is not the one that was read. */
export function unchangedSince(object: Manifest): PatchOperation {
  const value = valueAt(object, 'metadata', 'resourceVersion') ?? '';
  return { op: 'replace', path: '/metadata/resourceVersion', value };
}
