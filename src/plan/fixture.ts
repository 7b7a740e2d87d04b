import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';

/** A manifest for tests, as a repository would hold it. */
export function deployment(spec: JsonObject, metadata: JsonObject = {}): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'echo', namespace: 'shop', ...metadata },
    spec,
  };
}

/** What an API server stores after managers applied their manifests one after the other. */
export function stored(...writes: readonly { manager?: string; manifest: Manifest }[]): Manifest {
  const merged = writes.map((write) => write.manifest).reduce((a, b) => merge(a, b) as Manifest);
  const managedFields = writes.map(({ manager = FIELD_MANAGER, manifest }) => {
    const { apiVersion: _a, kind: _k, metadata, ...rest } = manifest as Manifest & JsonObject;
    const { name: _n, namespace: _ns, ...named } = metadata as JsonObject;
    const fieldsV1 = fieldsOf({
      ...rest,
      ...(Object.keys(named).length > 0 ? { metadata: named } : {}),
    });
    return { manager, operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1 };
  });
  const metadata = { ...merged.metadata, uid: 'uid-1', resourceVersion: '7', managedFields };
  return { ...merged, metadata } as Manifest;
}

/** Fields of a value; lists whose elements have a `name` are keyed by it, others are atomic. */
function fieldsOf(value: JsonValue): JsonObject {
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [`f:${k}`, fieldsOf(v)]));
  }
  if (isKeyed(value)) {
    return Object.fromEntries(
      value.map((v) => [
        `k:${JSON.stringify({ name: v.name ?? '' })}`,
        { '.': {}, ...fieldsOf(v) },
      ]),
    );
  }
  return {};
}

function isKeyed(value: JsonValue): value is readonly JsonObject[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((v) => isJsonObject(v) && 'name' in v)
  );
}

function merge(a: JsonValue | undefined, b: JsonValue): JsonValue {
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return Object.fromEntries(
      keys.map((key) => [
        key,
        b[key] === undefined ? (a[key] as JsonValue) : merge(a[key], b[key]),
      ]),
    );
  }
  if (a !== undefined && isKeyed(a) && isKeyed(b)) {
    const added = b.filter((v) => !a.some((other) => other.name === v.name));
    const kept = a.map((v) => merge(v, b.find((other) => other.name === v.name) ?? v));
    return [...kept, ...added];
  }
  return b;
}
