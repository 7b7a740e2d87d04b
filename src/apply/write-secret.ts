import { ApiError } from '../cluster/errors.ts';
import type { Cluster, PatchOperation, Written } from '../cluster/port.ts';
import type { DesiredObject, SecretValues } from '../model/desired.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import type { JsonObject } from '../model/json.ts';
import { type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { readOwnership } from '../plan/field-set.ts';
import { ownMetadataByApply, unchangedSince } from './ownership.ts';
import { retryConflict } from './retry-conflict.ts';

/**
 * Writes a Secret without ever reading or overwriting a value: a new one is one POST with all its
 * keys; to an existing one only missing keys are added, by JSON patch, and keys that Sisyphus alone
 * owns and no longer wants are removed. Labels and annotations go by server-side apply, `immutable`
 * last, because an immutable Secret takes no more keys.
 *
 * @param tracked whether the Secret is recorded, and so most likely exists
 */
export async function writeSecret(
  cluster: Cluster,
  desired: DesiredObject,
  tracked: boolean,
): Promise<Written> {
  const written = await createOrUpdate(cluster, desired, tracked);
  return { ...written, object: withDeclared(written.object, desired.manifest) };
}

async function createOrUpdate(
  cluster: Cluster,
  desired: DesiredObject,
  tracked: boolean,
): Promise<Written> {
  if (!tracked || (await cluster.get(desired.key)) === undefined) {
    try {
      const { object } = await cluster.create(withValues(desired));
      return { object: await ownMetadataByApply(cluster, desired.key, object), created: true };
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
  }
  await retryConflict(() => updateKeys(cluster, desired));
  const { object } = await cluster.apply(metadataOnly(desired.manifest), {
    manager: FIELD_MANAGER,
    force: true,
  });
  return { object, created: false };
}

async function updateKeys(cluster: Cluster, { key, secret, manifest }: DesiredObject) {
  const existing = await cluster.get(key);
  if (existing === undefined || secret === undefined) return;
  const present = Object.keys((valueAt(existing, 'data') ?? {}) as JsonObject);
  const missing = secret.keys.filter((name) => !present.includes(name));
  const wanted = Object.keys((valueAt(manifest, 'data') ?? {}) as JsonObject);
  const removable = soleKeys(existing).filter((name) => !wanted.includes(name));
  if (missing.length + removable.length === 0) return;
  const removals = removable.map((name): PatchOperation => ({ op: 'remove', path: pointer(name) }));
  if (present.length > 0) {
    const additions = missing.flatMap((name) => addition(name, secret));
    await cluster.patch(key, [unchangedSince(existing), ...additions, ...removals]);
    return;
  }
  await addToUnknown(cluster, key, missing, secret);
}

/**
 * Adds keys where managed fields name none. Then there is no `data` at all, or it was written in a
 * way that leaves no trace of its keys; each key is added only where it really is missing.
 */
async function addToUnknown(
  cluster: Cluster,
  key: ObjectKey,
  missing: readonly string[],
  secret: SecretValues,
): Promise<void> {
  const data = Object.fromEntries(missing.map((name) => [name, secret.reveal(name)]));
  const whole = await patchIfTrue(cluster, key, [
    { op: 'test', path: '/data', value: null },
    { op: 'add', path: '/data', value: data },
  ]);
  if (whole) return;
  for (const name of missing) await patchIfTrue(cluster, key, addition(name, secret));
}

/** @returns false where a `test` of the patch did not hold */
async function patchIfTrue(
  cluster: Cluster,
  key: ObjectKey,
  operations: readonly PatchOperation[],
): Promise<boolean> {
  try {
    await cluster.patch(key, operations);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 422) return false;
    throw error;
  }
}

function addition(name: string, secret: SecretValues): PatchOperation[] {
  const path = pointer(name);
  return [
    { op: 'test', path, value: null },
    { op: 'add', path, value: secret.reveal(name) },
  ];
}

/** Keys that Sisyphus created and nobody has set since. */
function soleKeys(existing: Manifest): string[] {
  const { own, others } = readOwnership(existing);
  const keysOf = (fields: JsonObject) =>
    Object.keys((fields['f:data'] ?? {}) as JsonObject)
      .filter((name) => name.startsWith('f:'))
      .map((name) => name.slice(2));
  const foreign = new Set(others.flatMap(({ fields }) => keysOf(fields)));
  return keysOf(own).filter((name) => !foreign.has(name));
}

/** JSON pointer to a key of `data` (RFC 6901). */
function pointer(name: string): string {
  return `/data/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function withValues({ manifest, secret }: DesiredObject): Manifest {
  if (secret === undefined || secret.keys.length === 0) return manifest;
  const data = Object.fromEntries(secret.keys.map((name) => [name, secret.reveal(name)]));
  return { ...manifest, data } as Manifest;
}

function metadataOnly(manifest: Manifest): Manifest {
  const { data: _data, type: _type, ...rest } = manifest as Manifest & JsonObject;
  return rest as Manifest;
}

/** Adds what metadata-only answers leave out and the declaration fixes. */
function withDeclared(object: Manifest, { type, immutable }: JsonObject): Manifest {
  return {
    ...object,
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
  } as Manifest;
}
