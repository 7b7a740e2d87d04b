import { SECRET_MASK } from '../model/desired.ts';
import { InternalError } from '../model/errors.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { formatObject, isSecret, type Manifest, type ObjectKey } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/** kubectl keeps the whole manifest it applied in this annotation, a Secret's values included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The manifest without what may hold a Secret's value: kubectl's annotation is dropped, `data` masked,
 * `stringData` dropped. Rows that other programs wrote need it.
 */
export function withoutValues(manifest: Manifest): Manifest {
  return withoutLastApplied(isSecret(manifest) ? masked(manifest) : manifest);
}

/** The manifest without kubectl's copy of it; the same manifest when there is none. */
export function withoutLastApplied(manifest: Manifest): Manifest {
  const annotations = manifest.metadata.annotations;
  if (!isJsonObject(annotations) || !Object.hasOwn(annotations, LAST_APPLIED)) return manifest;
  const { [LAST_APPLIED]: _, ...kept } = annotations;
  return { ...manifest, metadata: { ...manifest.metadata, annotations: kept } };
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
  return withoutLastApplied(manifest);
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

function masked({ stringData: _, data, ...rest }: Manifest): Manifest {
  if (!isJsonObject(data)) return rest as Manifest;
  const masks = Object.fromEntries(Object.keys(data).map((name) => [name, SECRET_MASK]));
  return { ...rest, data: masks } as Manifest;
}
