import { SECRET_MASK } from '../model/desired.ts';
import { InternalError } from '../model/errors.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import {
  formatObject,
  isSecret,
  type Manifest,
  type ObjectKey,
  type ObjectType,
  valueAt,
} from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/** kubectl keeps the whole manifest it applied in this annotation, a Secret's values included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The manifest without what may hold a Secret's value: copies in annotations are dropped, `data` masked,
 * `stringData` becomes masks in `data`, where the API server puts it. Rows that other programs wrote
 * need it.
 */
export function withoutValues(key: ObjectType, manifest: Manifest): Manifest {
  const bare = isSecret(key) || isSecret(manifest) ? masked(manifest) : manifest;
  return withoutCopies(bare);
}

/**
 * Whether a text that cannot be read may hold a Secret's value.
 * @param key of the object that the text should be of
 */
export function mayHoldValues(key: ObjectType, text: string): boolean {
  return isSecret(key) || text.includes('last-applied-configuration') || SECRET_KIND.test(text);
}

const SECRET_KIND = /\bkind["']?\s*:\s*["']?Secret\b/;

/**
 * The manifest without the annotations that may hold a copy of a Secret's values: kubectl's on anything,
 * and on a Secret every one that Sisyphus does not own, because other tools keep whole manifests there
 * as well. What was sent has no managed fields, and nobody else's annotations. The same manifest where
 * there is nothing to drop.
 */
export function withoutCopies(manifest: Manifest): Manifest {
  const { annotations } = manifest.metadata;
  if (!isJsonObject(annotations)) return manifest;
  const names = Object.keys(annotations);
  const own = isSecret(manifest) ? ownAnnotations(manifest) : undefined;
  const kept = names.filter((name) => name !== LAST_APPLIED && own?.has(name) !== false);
  if (kept.length === names.length) return manifest;
  const left = Object.fromEntries(kept.map((name) => [name, annotations[name]])) as JsonObject;
  return { ...manifest, metadata: { ...manifest.metadata, annotations: left } };
}

/** The names of the annotations that Sisyphus owns; undefined where no owners are known. */
function ownAnnotations({ metadata }: Manifest): ReadonlySet<string> | undefined {
  const { managedFields } = metadata;
  if (!Array.isArray(managedFields)) return undefined;
  const names = managedFields
    .filter((entry) => valueAt(entry, 'manager') === FIELD_MANAGER)
    .map((entry) => valueAt(entry, 'fieldsV1', 'f:metadata', 'f:annotations'))
    .flatMap((fields) => (isJsonObject(fields) ? Object.keys(fields) : []));
  return new Set(names.map((field) => field.slice('f:'.length)));
}

/**
 * Refuses a Secret that holds anything but masks: the database must never see a value.
 * @throws InternalError that names the Secret's keys only
 */
export function assertMasked(key: ObjectKey, manifest: Manifest): void {
  if (!isSecret(key) && !isSecret(manifest)) return;
  const where = `${formatObject(key)} in ${key.cluster}`;
  if (manifest.stringData !== undefined) {
    throw new InternalError(`${where} came to the database with stringData`);
  }
  const bare = unmaskedKeys(manifest.data);
  if (bare.length > 0) {
    throw new InternalError(`${where} came to the database with values of ${bare.join(', ')}`);
  }
}

/**
 * The manifest as it may be stored.
 * @throws InternalError when it is a Secret with values
 */
export function storable(key: ObjectKey, manifest: Manifest): Manifest {
  assertMasked(key, manifest);
  return withoutCopies(manifest);
}

/** The object as it may be stored; throws like `storable`. */
export function storableRecord(object: RecordedObject): RecordedObject {
  const { key, answer, sent } = object;
  return {
    ...object,
    answer: storable(key, answer),
    ...(sent && { sent: storable(key, sent) }),
  };
}

function unmaskedKeys(data: JsonValue | undefined): string[] {
  if (data === undefined || data === null) return [];
  if (!isJsonObject(data)) return ['data'];
  return Object.keys(data).filter((name) => data[name] !== SECRET_MASK);
}

function masked({ data, stringData, ...rest }: Manifest): Manifest {
  const maps = [data, stringData].filter(isJsonObject);
  if (maps.length === 0) return rest as Manifest;
  const names = maps.flatMap((map) => Object.keys(map));
  const masks = Object.fromEntries(names.map((name) => [name, SECRET_MASK]));
  return { ...rest, data: masks } as Manifest;
}
