import type { Cluster, PatchOperation } from '../cluster/port.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { union } from '../plan/field-set.ts';
import { retryConflict } from './retry-conflict.ts';

/**
 * Moves what Sisyphus wrote of an object's metadata from its `Update` entry of managed fields to its
 * `Apply` entry. An object that was made by POST needs this, or a later server-side apply could never
 * remove a label: the `Update` entry would keep it.
 */
export async function ownMetadataByApply(
  cluster: Cluster,
  key: ObjectKey,
  written: Manifest,
): Promise<Manifest> {
  let object: Manifest | undefined = written;
  return await retryConflict(async () => {
    object ??= await cluster.get(key);
    const operations = object === undefined ? undefined : moveToApply(object);
    if (object === undefined || operations === undefined) return object ?? written;
    const changed = [unchangedSince(object), ...operations];
    object = undefined;
    return await cluster.patch(key, changed);
  });
}

function moveToApply(object: Manifest): PatchOperation[] | undefined {
  const entries = valueAt(object, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return undefined;
  const managed = entries.filter(isJsonObject);
  const update = managed.find((entry) => isOurs(entry, 'Update'));
  const fields = valueAt(update, 'fieldsV1');
  if (update === undefined || !isJsonObject(fields)) return undefined;
  const { 'f:metadata': metadata, 'f:immutable': immutable, ...rest } = fields;
  if (metadata === undefined) return undefined;
  const moved = {
    'f:metadata': metadata,
    ...(immutable !== undefined && { 'f:immutable': immutable }),
  };
  const apply = managed.find((entry) => isOurs(entry, 'Apply'));
  const applied = union([(apply?.fieldsV1 ?? {}) as JsonObject, moved]);
  const { subresource: _none, ...entry } = update;
  const others = managed.filter((one) => one !== update && one !== apply);
  const kept = { ...entry, fieldsV1: rest };
  const value = [...others, kept, { ...entry, operation: 'Apply', fieldsV1: applied }];
  return [{ op: 'replace', path: '/metadata/managedFields', value: value as JsonValue }];
}

function isOurs(entry: JsonObject, operation: string): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === operation;
}

/** Makes a patch fail with a conflict when the object is not the one that was read. */
export function unchangedSince(object: Manifest): PatchOperation {
  const value = valueAt(object, 'metadata', 'resourceVersion') ?? '';
  return { op: 'replace', path: '/metadata/resourceVersion', value };
}
