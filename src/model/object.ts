import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** A Kubernetes object as JSON. */
export type Manifest = JsonObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
};

/** Names one object in one cluster. */
export interface ObjectKey {
  /** The kubeconfig context. */
  readonly cluster: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
}

/** A resource type: `apps/v1` and `Deployment`. */
export interface ObjectType {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The key as one string, usable as a map key and unique over all clusters. */
export function keyId(key: ObjectKey): string {
  return `${key.cluster}|${objectId(key)}`;
}

/** The key without its cluster, as one string. */
export function objectId(key: Omit<ObjectKey, 'cluster'>): string {
  return `${key.apiVersion}|${key.kind}|${key.namespace}|${key.name}`;
}

/** A resource type as one string. */
export function typeId(type: ObjectType): string {
  return `${type.apiVersion}|${type.kind}`;
}

/** The group of an apiVersion: `apps` for `apps/v1`, empty for the core group's `v1`. */
export function apiGroup(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Prints an object's kind, namespace and name for a person: `Deployment shop/echo`. */
export function formatObject(key: Omit<ObjectKey, 'cluster' | 'apiVersion'>): string {
  return key.namespace === ''
    ? `${key.kind} ${key.name}`
    : `${key.kind} ${key.namespace}/${key.name}`;
}

/** Orders strings by their UTF-8 bytes, the same in every locale. */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = byteRank(a.charCodeAt(i)) - byteRank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates before U+E000..U+FFFF; in UTF-8 they come after. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** The value at a path of object keys, or undefined where the path leaves the tree. */
export function valueAt(
  root: JsonValue | undefined,
  ...path: readonly string[]
): JsonValue | undefined {
  let current: JsonValue | undefined = root;
  for (const key of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** True for the core group's Secret. */
export function isSecret(object: ObjectType): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Secret';
}

/**
 * The key that tells whether two objects are one in the API server: without the version, because
 * `autoscaling/v1` and `autoscaling/v2` are two views of one object.
 */
export function sameObjectId(key: ObjectKey): string {
  return keyId({ ...key, apiVersion: apiGroup(key.apiVersion) });
}

/** The key of a Namespace. */
export function namespaceKey(cluster: string, name: string): ObjectKey {
  return { cluster, apiVersion: 'v1', kind: 'Namespace', namespace: '', name };
}

/** The kind that a CustomResourceDefinition defines; undefined for every other object. */
export function definedKind(
  manifest: Manifest | undefined,
): { readonly group: string; readonly kind: string } | undefined {
  if (manifest?.kind !== 'CustomResourceDefinition') return undefined;
  if (apiGroup(manifest.apiVersion) !== 'apiextensions.k8s.io') return undefined;
  const group = valueAt(manifest, 'spec', 'group');
  const kind = valueAt(manifest, 'spec', 'names', 'kind');
  return typeof group === 'string' && typeof kind === 'string' ? { group, kind } : undefined;
}
