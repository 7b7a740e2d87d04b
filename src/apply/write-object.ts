import { ApiError, type FieldConflict } from '../cluster/errors.ts';
import type { Cluster, Written } from '../cluster/port.ts';
import type { DesiredObject } from '../model/desired.ts';
import { FIELD_MANAGER, HANDOVER_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { apiGroup, type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import type { FieldChange } from '../model/plan.ts';
import { uidOf } from './remove-object.ts';
import { retryConflict } from './retry-conflict.ts';

const ESTABLISHED_TIMEOUT_MS = 60_000;
const GONE_TIMEOUT_MS = 120_000;

/** A written object and the fields that others lost to it. */
export interface Applied extends Written {
  readonly taken: readonly FieldConflict[];
}

/**
 * Writes an object by server-side apply. It first asks without force, so that a field which somebody
 * else owns is known by name before it is taken.
 */
export async function writeObject(
  cluster: Cluster,
  { key, manifest }: DesiredObject,
  fields: readonly FieldChange[],
): Promise<Applied> {
  for (const field of fields) {
    if (field.effect === 'handover') await handOver(cluster, key, field.path);
  }
  const applied = await applyToLiving(cluster, key, manifest);
  if (key.kind !== 'CustomResourceDefinition' || apiGroup(key.apiVersion) !== CRD_GROUP) {
    return applied;
  }
  const object = await cluster.waitFor(key, isEstablished, ESTABLISHED_TIMEOUT_MS);
  cluster.learn(object);
  return { ...applied, object };
}

const CRD_GROUP = 'apiextensions.k8s.io';

/** An object that is being deleted takes an apply and goes all the same: it is waited for. */
async function applyToLiving(
  cluster: Cluster,
  key: ObjectKey,
  manifest: Manifest,
): Promise<Applied> {
  const applied = await applyWithForce(cluster, manifest);
  if (valueAt(applied.object, 'metadata', 'deletionTimestamp') === undefined) return applied;
  await cluster.waitUntilGone(key, uidOf(applied.object), GONE_TIMEOUT_MS);
  return await applyWithForce(cluster, manifest);
}

async function applyWithForce(cluster: Cluster, manifest: Manifest): Promise<Applied> {
  try {
    const written = await cluster.apply(manifest, { manager: FIELD_MANAGER, force: false });
    return { ...written, taken: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.conflicts.length === 0) throw error;
    const written = await cluster.apply(manifest, { manager: FIELD_MANAGER, force: true });
    return { ...written, taken: error.conflicts };
  }
}

/**
 * Gives a field's live value to another manager, so that it stays when Sisyphus no longer sets it.
 * The resource version makes the server refuse when the value may have changed in between.
 */
async function handOver(cluster: Cluster, key: ObjectKey, path: readonly string[]): Promise<void> {
  await retryConflict(async () => {
    const live = await cluster.get(key);
    const value = valueAt(live, ...path);
    if (live === undefined || value === undefined) return;
    const { name, namespace, resourceVersion } = live.metadata;
    const metadata = { name, namespace, resourceVersion };
    const field = path.reduceRight<JsonValue>((inner, part) => ({ [part]: inner }), value);
    const { apiVersion, kind } = key;
    const manifest = { apiVersion, kind, metadata, ...(field as object) } as Manifest;
    await cluster.apply(manifest, { manager: HANDOVER_MANAGER, force: true });
  });
}

/** A CRD whose `Established` condition is true serves its kind. */
function isEstablished(object: Manifest): boolean {
  const conditions = valueAt(object, 'status', 'conditions');
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (one) => isJsonObject(one) && one.type === 'Established' && one.status === 'True',
    )
  );
}
