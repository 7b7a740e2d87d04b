import { isJsonObject, type JsonValue } from '../model/json.ts';
import {
  apiGroup,
  formatObject,
  type Manifest,
  type ObjectType,
  valueAt,
} from '../model/object.ts';

/** Kinds that a cluster makes and drops by itself, whoever lives in a namespace. */
const TRANSIENT_KINDS: ReadonlySet<string> = new Set([
  '/Endpoints',
  '/Event',
  'discovery.k8s.io/EndpointSlice',
  'events.k8s.io/Event',
]);

/** Objects that every namespace has, by kind and name. */
const BUILT_IN: ReadonlySet<string> = new Set([
  '/ConfigMap kube-root-ca.crt',
  '/ServiceAccount default',
]);

/** What lives in a namespace, told apart by who brought it there. */
export interface Residents {
  /** Names such as `Pod shop/debug` of what somebody else brought, sorted. */
  readonly untracked: readonly string[];
  /** Uids of what descends from something tracked. */
  readonly descendants: readonly string[];
}

/**
 * Finds a namespace's objects that somebody else brought there: not tracked, not made by the cluster
 * itself, and not a descendant (by owner references, transitively) of something tracked. What is
 * being deleted already does not count.
 *
 * @param objects metadata of everything that lives in the namespace
 * @param tracked uids of the objects that Sisyphus tracks or has just deleted, and of those that
 *   are known to descend from them
 */
export function findResidents(
  objects: readonly Manifest[],
  tracked: ReadonlySet<string>,
): Residents {
  const byUid = new Map(objects.map((object) => [uidOf(object), object]));
  byUid.delete(undefined);
  const verdicts = new Map<string, boolean>();
  const descends = (uid: string): boolean => {
    if (tracked.has(uid)) return true;
    const known = verdicts.get(uid);
    if (known !== undefined) return known;
    verdicts.set(uid, false);
    const object = byUid.get(uid);
    const verdict = object !== undefined && ownersOf(object).some(descends);
    verdicts.set(uid, verdict);
    return verdict;
  };
  const residents = [...byUid.entries()] as [string, Manifest][];
  return {
    untracked: residents
      .filter(([uid, object]) => !isMadeByCluster(object) && !isLeaving(object) && !descends(uid))
      .map(([, object]) => formatObject({ ...nameOf(object), kind: object.kind }))
      .sort(),
    descendants: residents.map(([uid]) => uid).filter(descends),
  };
}

/** Whether a cluster makes and drops the objects of a type by itself: none of them is an inhabitant. */
export function isTransient(type: ObjectType): boolean {
  return TRANSIENT_KINDS.has(kindOf(type));
}

function isMadeByCluster(object: Manifest): boolean {
  return isTransient(object) || BUILT_IN.has(`${kindOf(object)} ${object.metadata.name}`);
}

function kindOf({ apiVersion, kind }: ObjectType): string {
  return `${apiGroup(apiVersion)}/${kind}`;
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
