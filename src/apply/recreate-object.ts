import { ApiError } from '../cluster/errors.ts';
import type { Cluster } from '../cluster/port.ts';
import type { DesiredObject } from '../model/desired.ts';
import { UserError } from '../model/errors.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { formatObject, isSecret, type Manifest, valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import { secretOwners } from '../plan/secret-owners.ts';
import { uidOf } from './remove-object.ts';
import { withValues } from './write-secret.ts';

const GONE_TIMEOUT_MS = 120_000;

/**
 * Makes room for an object that cannot be changed in place: deletes it and waits until it is gone.
 * Nothing is deleted before the server has said that it would take the new one, nor when the object
 * is another one than was recorded: somebody made that anew, and it may well be changed in place.
 *
 * @throws UserError for a Secret with keys that somebody else set
 * @throws ApiError for a new object that the server would refuse
 */
export async function makeRoom(
  cluster: Cluster,
  desired: DesiredObject,
  recorded: RecordedObject,
): Promise<void> {
  const { key } = recorded;
  const live = await cluster.get(key);
  const uid = uidOf(live);
  if (live === undefined || uid !== uidOf(recorded.answer)) return;
  if (isSecret(key)) refuseForeignKeys(live, desired);
  await rehearse(cluster, desired, uid);
  const { resourceVersion } = live.metadata;
  // A Secret's version says that nobody set a key since we looked; other objects change all the time.
  const version = isSecret(key) && typeof resourceVersion === 'string' ? { resourceVersion } : {};
  await cluster.delete(key, { uid, ...version });
  await cluster.waitUntilGone(key, uid, GONE_TIMEOUT_MS);
}

function refuseForeignKeys(live: Manifest, { key }: DesiredObject): void {
  const { foreign } = secretOwners(live);
  if (foreign.length === 0) return;
  throw new UserError(
    `${formatObject(key)} was not recreated, because keys that Sisyphus did not create would be lost: ${foreign.join(', ')}`,
    { code: 'foreign-keys', hint: 'declare a Secret of a new name, or put the old type back' },
  );
}

/** Lets the server check the new object under a name that nobody has, and store nothing. */
async function rehearse(
  cluster: Cluster,
  desired: DesiredObject,
  uid: string | undefined,
): Promise<void> {
  const manifest = withValues(desired);
  const metadata = { ...manifest.metadata, name: `sisyphus-rehearsal-${uid ?? ''}` };
  const { spec } = manifest as Manifest & JsonObject;
  const rehearsed = {
    ...manifest,
    metadata,
    ...(spec !== undefined && { spec: unallocated(spec) }),
  };
  try {
    await cluster.create(rehearsed as Manifest, { dryRun: true });
  } catch (error) {
    const isInvalid = error instanceof ApiError && (error.status === 422 || error.status === 400);
    if (isInvalid) throw error;
  }
}

/** Addresses and ports that the object still holds cannot be given out a second time. */
function unallocated(spec: JsonValue): JsonValue {
  if (valueAt(spec, 'clusterIP') === 'None') return spec;
  const { clusterIP, clusterIPs, healthCheckNodePort, ...rest } = spec as JsonObject;
  if (!Array.isArray(rest.ports)) return rest;
  const ports = rest.ports.map((port: JsonValue) => {
    const { nodePort, ...kept } = port as JsonObject;
    return kept;
  });
  return { ...rest, ports };
}
