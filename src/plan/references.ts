import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { apiGroup, type Manifest, type ObjectKey, valueAt } from '../model/object.ts';

/** An object that another one needs in its cluster: group, kind, namespace and name. */
export interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A reference as one string. */
export function referenceId({ group, kind, namespace, name }: Reference): string {
  return `${group}|${kind}|${namespace}|${name}`;
}

/** The reference that means an object. */
export function referenceTo(key: ObjectKey): Reference {
  const { apiVersion, kind, namespace, name } = key;
  return { group: apiGroup(apiVersion), kind, namespace, name };
}

const POD_SPECS: readonly (readonly string[])[] = [
  ['spec'],
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
];

/**
 * The objects that an object names and cannot work without: what its pods mount, read or run as, the
 * role of a binding, the target of an autoscaler. Optional references are left out.
 */
export function references(manifest: Manifest, namespace: string): Reference[] {
  const inNamespace = (group: string, kind: string, name: JsonValue | undefined): Reference[] =>
    typeof name === 'string' ? [{ group, kind, namespace, name }] : [];
  const podSpecs = POD_SPECS.map((path) => valueAt(manifest, ...path)).filter(isPodSpec);
  return [
    ...podSpecs.flatMap((spec) => podReferences(spec, inNamespace)),
    ...targetReference(manifest, namespace),
    ...inNamespace('', 'ServiceAccount', tokenAccount(manifest)),
  ];
}

/** The ServiceAccount that a token Secret is for; without it the Secret is removed at once. */
function tokenAccount(manifest: Manifest): JsonValue | undefined {
  return valueAt(manifest, 'metadata', 'annotations', 'kubernetes.io/service-account.name');
}

type Named = (group: string, kind: string, name: JsonValue | undefined) => Reference[];

function isPodSpec(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && Array.isArray(value.containers);
}

function podReferences(spec: JsonObject, named: Named): Reference[] {
  const volumes = items(spec.volumes);
  const sources = [
    ...volumes,
    ...volumes.flatMap((volume) => items(valueAt(volume, 'projected', 'sources'))),
  ];
  const containers = [...items(spec.containers), ...items(spec.initContainers)];
  return [
    ...named('', 'ServiceAccount', spec.serviceAccountName),
    ...items(spec.imagePullSecrets).flatMap((one) => named('', 'Secret', valueAt(one, 'name'))),
    ...sources.flatMap((source) => volumeReferences(source, named)),
    ...containers.flatMap((container) => containerReferences(container, named)),
  ];
}

function volumeReferences(source: JsonValue, named: Named): Reference[] {
  const secret = valueAt(source, 'secret');
  const claim = valueAt(source, 'persistentVolumeClaim', 'claimName');
  return [
    ...required(secret, (one) => named('', 'Secret', one.secretName ?? one.name)),
    ...required(valueAt(source, 'configMap'), (one) => named('', 'ConfigMap', one.name)),
    ...named('', 'PersistentVolumeClaim', claim),
  ];
}

function containerReferences(container: JsonValue, named: Named): Reference[] {
  const env = items(valueAt(container, 'env')).map((entry) => valueAt(entry, 'valueFrom'));
  const envFrom = items(valueAt(container, 'envFrom'));
  return [...env, ...envFrom].flatMap((source) => [
    ...required(valueAt(source, 'secretKeyRef'), (one) => named('', 'Secret', one.name)),
    ...required(valueAt(source, 'secretRef'), (one) => named('', 'Secret', one.name)),
    ...required(valueAt(source, 'configMapKeyRef'), (one) => named('', 'ConfigMap', one.name)),
    ...required(valueAt(source, 'configMapRef'), (one) => named('', 'ConfigMap', one.name)),
  ]);
}

function required(
  value: JsonValue | undefined,
  read: (value: JsonObject) => Reference[],
): Reference[] {
  return isJsonObject(value) && value.optional !== true ? read(value) : [];
}

/** `roleRef` of a binding, `scaleTargetRef` of an autoscaler. */
function targetReference(manifest: Manifest, namespace: string): Reference[] {
  const role = valueAt(manifest, 'roleRef');
  const target = valueAt(manifest, 'spec', 'scaleTargetRef');
  const ref = role ?? target;
  const name = valueAt(ref, 'name');
  const kind = valueAt(ref, 'kind');
  if (typeof name !== 'string' || typeof kind !== 'string') return [];
  const apiVersion = valueAt(ref, 'apiVersion');
  const group =
    role === undefined
      ? apiGroup(String(apiVersion ?? ''))
      : String(valueAt(ref, 'apiGroup') ?? '');
  return [{ group, kind, name, namespace: kind === 'ClusterRole' ? '' : namespace }];
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
