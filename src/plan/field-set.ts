import { FIELD_MANAGER, HANDOVER_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Manifest, valueAt } from '../model/object.ts';

/**
 * A set of fields as `metadata.managedFields` prints it: a tree whose keys are `f:<name>`,
 * `k:<key fields as JSON>`, `v:<value as JSON>`, `i:<index>` and `.` for the node itself.
 * (Kubernetes API reference, FieldsV1.)
 */
export type FieldSet = JsonObject;

/** Who owns which fields of an object. */
export interface Ownership {
  /** Fields that Sisyphus owns, by apply or by update. */
  readonly own: FieldSet;
  /** Every other manager's fields. */
  readonly others: readonly { readonly manager: string; readonly fields: FieldSet }[];
  /** Fields of all managers together: it tells the shape of lists. */
  readonly shape: FieldSet;
}

/** Reads an object's `metadata.managedFields`; fields of subresources (status, scale) count too. */
export function readOwnership(object: Manifest | undefined): Ownership {
  const entries = managedEntries(object);
  const own = entries.filter((entry) => entry.manager === FIELD_MANAGER);
  const ours = [FIELD_MANAGER, HANDOVER_MANAGER];
  const others = entries.filter((entry) => !ours.includes(entry.manager));
  return {
    own: union(own.map((entry) => entry.fields)),
    others,
    shape: union(entries.map((entry) => entry.fields)),
  };
}

function managedEntries(object: Manifest | undefined): { manager: string; fields: FieldSet }[] {
  const entries = valueAt(object, 'metadata', 'managedFields');
  const isSecret = object?.kind === 'Secret' && object.apiVersion === 'v1';
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: JsonValue) => {
    const manager = valueAt(entry, 'manager');
    const fields = valueAt(entry, 'fieldsV1');
    if (typeof manager !== 'string' || !isJsonObject(fields)) return [];
    return [{ manager, fields: isSecret ? withStringData(fields) : fields }];
  });
}

/** `stringData` that somebody applied is the `data` of these keys, which managed fields do not say. */
function withStringData(fields: FieldSet): FieldSet {
  const { 'f:stringData': strings, ...rest } = fields;
  if (!isJsonObject(strings)) return fields;
  return { ...rest, 'f:data': union([(rest['f:data'] ?? {}) as FieldSet, strings]) };
}

/** The fields that are in any of the sets. */
export function union(sets: readonly FieldSet[]): FieldSet {
  const [first = {}, ...rest] = sets;
  return rest.reduce(unionOfTwo, first);
}

function unionOfTwo(a: FieldSet, b: FieldSet): FieldSet {
  const merged: Record<string, JsonValue> = { ...a };
  for (const [key, fields] of Object.entries(b)) {
    const known = merged[key];
    merged[key] = isJsonObject(known) && isJsonObject(fields) ? unionOfTwo(known, fields) : fields;
  }
  return merged;
}

/** The part of a set below a key such as `f:spec`; undefined where the set has nothing there. */
export function below(set: FieldSet | undefined, key: string): FieldSet | undefined {
  const child = set?.[key];
  return isJsonObject(child) ? child : undefined;
}

/** True where the set names the node itself and nothing below it. */
export function isLeaf(set: FieldSet): boolean {
  return Object.keys(set).every((key) => key === '.');
}

/** How the API server merges a list, as far as the managers' fields tell. */
export type ListShape =
  | { readonly type: 'atomic' }
  | { readonly type: 'set' }
  | { readonly type: 'keyed'; readonly keys: readonly string[] };

/** Tells a list's shape from the fields that managers own in it. */
export function listShape(set: FieldSet | undefined): ListShape {
  const members = Object.keys(set ?? {});
  const keyed = members.find((key) => key.startsWith('k:'));
  if (keyed !== undefined) return { type: 'keyed', keys: Object.keys(memberKeys(keyed)) };
  if (members.some((key) => key.startsWith('v:'))) return { type: 'set' };
  return { type: 'atomic' };
}

/** The key fields that a `k:{…}` member names; none where the text is not a JSON object. */
export function memberKeys(member: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(member.slice(2));
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
