import { SECRET_MASK } from '../model/desired.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isSecret, type Manifest, type ObjectType, valueAt } from '../model/object.ts';

/** What an object that came from a cluster has to be. */
export interface Expected extends ObjectType {
  readonly name?: string;
  readonly namespace?: string;
}

/** Asks for an object without its content. */
export const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** Asks for a list of objects without their content. */
export const METADATA_LIST_ONLY =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

const METADATA_KIND = 'PartialObjectMetadata';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Takes an object from an answer, without what nobody may keep: a Secret's values (the mask stands
 * for each; the keys are known from managed fields) and the annotation in which `kubectl apply` keeps
 * a whole manifest.
 *
 * @returns undefined where the body is not the object that was asked for
 */
export function receiveObject(
  body: JsonValue | undefined,
  expected: Expected,
): Manifest | undefined {
  const metadata = receiveMetadata(body, expected);
  if (metadata === undefined || !isJsonObject(body)) return undefined;
  const { apiVersion, kind } = expected;
  if (isSecret(expected)) return { apiVersion, kind, metadata, ...maskedData(metadata) };
  if (body.apiVersion !== apiVersion || body.kind !== kind) return undefined;
  return { apiVersion, kind, ...body, metadata };
}

/**
 * Takes an object from an item of a list: its metadata, or all of it. The items of a list do not say
 * of which type they are.
 */
export function receiveListed(
  item: JsonValue,
  expected: Expected,
  content: 'metadata' | 'whole',
): Manifest | undefined {
  const metadata = receiveMetadata(item, expected);
  if (metadata === undefined || !isJsonObject(item)) return undefined;
  const { apiVersion, kind } = expected;
  const onlyMetadata = content === 'metadata' || isSecret(expected);
  const type = { apiVersion, kind };
  // The type comes first, as in an object that comes alone, so that the two make the same text.
  if (!onlyMetadata) return { ...type, ...item, ...type, metadata };
  if (item.kind !== METADATA_KIND) return undefined;
  const data = content === 'whole' ? maskedData(metadata) : {};
  return { apiVersion, kind, metadata, ...data };
}

function receiveMetadata(
  object: JsonValue | undefined,
  expected: Expected,
): Manifest['metadata'] | undefined {
  const raw = valueAt(object, 'metadata');
  if (!isJsonObject(raw) || !isNamed(raw)) return undefined;
  if (expected.name !== undefined && raw.name !== expected.name) return undefined;
  if (expected.namespace !== undefined && (raw.namespace ?? '') !== expected.namespace) {
    return undefined;
  }
  // Most objects are kept as they came.
  if (raw.annotations === undefined) return raw;
  const { annotations, ...metadata } = raw;
  if (!isJsonObject(annotations)) return metadata;
  if (!Object.hasOwn(annotations, LAST_APPLIED)) return raw;
  const { [LAST_APPLIED]: _manifest, ...kept } = annotations;
  return Object.keys(kept).length === 0 ? metadata : { ...metadata, annotations: kept };
}

function isNamed(metadata: JsonObject): metadata is Manifest['metadata'] {
  const { name, namespace } = metadata;
  return typeof name === 'string' && (namespace === undefined || typeof namespace === 'string');
}

/** The keys of `data` that any manager of the object owns. */
function maskedData(metadata: JsonObject): { readonly data?: JsonObject } {
  const { managedFields } = metadata;
  const entries: readonly JsonValue[] = Array.isArray(managedFields) ? managedFields : [];
  const keys = entries
    .map((entry) => valueAt(entry, 'fieldsV1', 'f:data'))
    .flatMap((fields) => (isJsonObject(fields) ? Object.keys(fields) : []))
    .filter((field) => field.startsWith('f:'))
    .map((field) => [field.slice('f:'.length), SECRET_MASK]);
  return keys.length === 0 ? {} : { data: Object.fromEntries(keys.sort()) };
}
