import type { Cluster, PatchOperation } from '../cluster/port.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { union } from '../plan/field-set.ts';

/**
 * Moves what Sisyphus wrote of an object's metadata from its `Update` entry of managed fields to its
 * `Apply` entry. An object that was made by POST needs this, or a later server-side apply could never
 * remove a label: the `Update` entry would keep it.
 */
export async function ownMetadataByApply(
  cluster: Cluster,
  key: ObjectKey,
  created: Manifest,
): Promise<Manifest> {
  const entries = valueAt(created, 'metadata', 'managedFields');
  if (!Array.isArray(entries)) return created;
  const managed = entries.filter(isJsonObject);
  const update = managed.find((entry) => isOurs(entry, 'Update'));
  const fields = valueAt(update, 'fieldsV1');
  if (update === undefined || !isJsonObject(fields) || fields['f:metadata'] === undefined) {
    return created;
  }
  const { 'f:metadata': metadata, ...rest } = fields;
  const apply = managed.find((entry) => isOurs(entry, 'Apply'));
  const applied = union([(apply?.fieldsV1 ?? {}) as JsonObject, { 'f:metadata': metadata }]);
  const { subresource: _none, ...entry } = update;
  const others = managed.filter((one) => one !== update && one !== apply);
  return await cluster.patch(key, [
    unchangedSince(created),
    {
      op: 'replace',
      path: '/metadata/managedFields',
      value: [
        ...others,
        { ...entry, fieldsV1: rest },
        { ...entry, operation: 'Apply', fieldsV1: applied },
      ] as JsonValue,
    },
  ]);
}

function isOurs(entry: JsonObject, operation: string): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === operation;
}

/** Makes a patch fail with a conflict when the object is not the one that was read. */
export function unchangedSince(object: Manifest): PatchOperation {
  const value = valueAt(object, 'metadata', 'resourceVersion') ?? '';
  return { op: 'replace', path: '/metadata/resourceVersion', value };
}
