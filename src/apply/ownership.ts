import type { Cluster, PatchOperation } from '../cluster/port.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isSecret, type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { union } from '../plan/field-set.ts';
import { retryConflict } from './retry-conflict.ts';

/** Fields of a Secret that are written and owned by `Update`: an apply would delete or overwrite them. */
const NEVER_APPLIED = ['f:data', 'f:stringData', 'f:type'];

/**
 * Moves what Sisyphus wrote of an object by POST or patch from its `Update` entry of managed fields to
 * its `Apply` entry; otherwise a later server-side apply could never remove a field, because the
 * `Update` entry would keep it. Objects that the Original wrote need it, and Secrets that were created.
 */
export async function ownByApply(
  cluster: Cluster,
  key: ObjectKey,
  written: Manifest,
): Promise<Manifest> {
  let object: Manifest | undefined = written;
  return await retryConflict(async () => {
    object ??= await cluster.get(key);
    const operations = object === undefined ? undefined : moveToApply(key, object);
    if (object === undefined || operations === undefined) return object ?? written;
    const changed = [unchangedSince(object), ...operations];
    object = undefined;
    return await cluster.patch(key, changed);
  });
}

function moveToApply(key: ObjectKey, object: Manifest): PatchOperation[] | undefined {
  const entries = valueAt(object, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return undefined;
  const managed = entries.filter(isJsonObject);
  const update = managed.find((entry) => isOurs(entry, 'Update'));
  const fields = valueAt(update, 'fieldsV1');
  if (update === undefined || !isJsonObject(fields)) return undefined;
  const staysWith = (field: string) => isSecret(key) && NEVER_APPLIED.includes(field);
  const kept = Object.entries(fields).filter(([field]) => staysWith(field));
  const moved = Object.entries(fields).filter(([field]) => !staysWith(field));
  if (moved.length === 0) return undefined;
  const apply = managed.find((entry) => isOurs(entry, 'Apply'));
  const applied = union([(apply?.fieldsV1 ?? {}) as JsonObject, Object.fromEntries(moved)]);
  const others = managed.filter((one) => one !== update && one !== apply);
  const left = kept.length === 0 ? [] : [{ ...update, fieldsV1: Object.fromEntries(kept) }];
  const value = [...others, ...left, { ...update, operation: 'Apply', fieldsV1: applied }];
  return [{ op: 'replace', path: '/metadata/managedFields', value: value as JsonValue }];
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
