import { ApiError } from '../cluster/errors.ts';
import type { Cluster, PatchOperation, Written } from '../cluster/port.ts';
import type { DesiredObject, SecretValues } from '../model/desired.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import type { JsonObject } from '../model/json.ts';
import { type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { secretOwners } from '../plan/secret-owners.ts';
import { ownByApply, unchangedSince } from './ownership.ts';
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
      return { object: await ownByApply(cluster, desired.key, object), created: true };
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
  }
  await retryConflict(() => updateKeys(cluster, desired));
  // Left behind where a push ended between the creation and this, and by the Original.
  const existing = await cluster.get(desired.key);
  if (existing !== undefined) {
    await ownByApply(cluster, desired.key, existing, declaredKeys(desired.manifest));
  }
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
  const wanted = declaredKeys(manifest);
  const removable = secretOwners(existing).sole.filter((name) => !wanted.includes(name));
  if (missing.length + removable.length === 0) return;
  const removals = removable.map((name): PatchOperation => ({ op: 'remove', path: pointer(name) }));
  if (removals.length > 0) await cluster.patch(key, [unchangedSince(existing), ...removals]);
  if (missing.length > 0) await addMissing(cluster, key, missing, secret);
}

function declaredKeys(manifest: Manifest): string[] {
  return Object.keys((valueAt(manifest, 'data') ?? {}) as JsonObject);
}

/**
 * Adds keys that managed fields do not name. That does not prove that they are missing, because
 * `stringData` that was applied leaves no trace of its keys: each is added only where it really is.
 */
async function addMissing(
  cluster: Cluster,
  key: ObjectKey,
  missing: readonly string[],
  secret: SecretValues,
): Promise<void> {
  const data = Object.fromEntries(missing.map((name) => [name, secret.reveal(name)]));
  const isFirst = await patchIfTrue(cluster, key, [
    { op: 'test', path: '/data', value: null },
    { op: 'add', path: '/data', value: data },
  ]);
  if (isFirst) return;
  const all = missing.flatMap((name) => addition(name, secret));
  if (await patchIfTrue(cluster, key, all)) return;
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

/** JSON pointer to a key of `data` (RFC 6901). */
function pointer(name: string): string {
  return `/data/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The manifest with its values, for the request that writes them. */
export function withValues({ manifest, secret }: DesiredObject): Manifest {
  if (secret === undefined || secret.keys.length === 0) return manifest;
  const data = Object.fromEntries(secret.keys.map((name) => [name, secret.reveal(name)]));
  return { ...manifest, data } as Manifest;
}

/** With the type, so that the server refuses to take a Secret of another type for this one. */
function metadataOnly(manifest: Manifest): Manifest {
  const { data: _data, ...rest } = manifest as Manifest & JsonObject;
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
