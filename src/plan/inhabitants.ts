import { isJsonObject, type JsonValue } from '../model/json.ts';
import { formatObject, type Manifest, valueAt } from '../model/object.ts';

/** Kinds that a cluster makes and drops by itself, whoever lives in a namespace. */
const TRANSIENT_KINDS: ReadonlySet<string> = new Set(['Endpoints', 'EndpointSlice', 'Event']);

/** Objects that every namespace has, by kind and name. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'ConfigMap kube-root-ca.crt',
  'ServiceAccount default',
]);

/**
 * Which of a namespace's objects somebody else brought there: not tracked, not made by the cluster
 * itself, and not a descendant (by owner references, transitively) of something tracked. What is
 * being deleted already, or will be collected because its owners are all gone, does not count.
 *
 * @param objects metadata of everything that lives in the namespace
 * @param tracked uids of the objects that Sisyphus tracks or has just deleted
 * @returns names such as `Pod shop/debug`, sorted
 */
export function untrackedInhabitants(
  objects: readonly Manifest[],
  tracked: ReadonlySet<string>,
): string[] {
  const byUid = new Map(objects.map((object) => [uidOf(object), object]));
  byUid.delete(undefined);
  const verdicts = new Map<string, boolean>();
  const descends = (uid: string): boolean => {
    if (tracked.has(uid)) return true;
    const known = verdicts.get(uid);
    if (known !== undefined) return known;
    verdicts.set(uid, false);
    const object = byUid.get(uid);
    const verdict = object === undefined || ownersOf(object).some(descends);
    verdicts.set(uid, verdict);
    return verdict;
  };
  return [...byUid.values()]
    .filter((object) => !isMadeByCluster(object) && !isLeaving(object))
    .filter((object) => !descends(uidOf(object) as string))
    .map((object) => formatObject({ ...nameOf(object), kind: object.kind }))
    .sort();
}

function isMadeByCluster(object: Manifest): boolean {
  return TRANSIENT_KINDS.has(object.kind) || BUILT_IN.has(`${object.kind} ${object.metadata.name}`);
}

function isLeaving(object: Manifest): boolean {
  return valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

function ownersOf(object: Manifest): string[] {
  const owners = valueAt(object, 'metadata', 'ownerReferences');
  if (!Array.isArray(owners)) return [];
  return owners.flatMap((owner: JsonValue) =>
    isJsonObject(owner) && typeof owner.uid === 'string' ? [owner.uid] : [],
  );
}

/** Virtual objects (metrics of pods, for one) have no uid and hold nothing that could be lost. */
function uidOf(object: Manifest): string | undefined {
  const uid = valueAt(object, 'metadata', 'uid');
  return typeof uid === 'string' && uid !== '' ? uid : undefined;
}

function nameOf({ metadata }: Manifest): { name: string; namespace: string } {
  return { name: metadata.name, namespace: metadata.namespace ?? '' };
}
