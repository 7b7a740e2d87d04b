import { keyId, type ObjectKey } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { isNamespace } from './filter.ts';

/** What lives in a Namespace that a plan would delete. */
export interface Inhabitants {
  readonly namespace: ObjectKey;
  /** Objects that Sisyphus does not track and the cluster did not make by itself: `Pod shop/x`. */
  readonly untracked: readonly string[];
  /** Uids of what descends from tracked objects. */
  readonly descendants: readonly string[];
  /** Kinds that could not be listed, with the reason. */
  readonly unknown: readonly string[];
}

const NAMED_INHABITANTS = 5;

/** The Namespaces that a plan deletes; each must be looked into before that may happen. */
export function namespacesToDelete(plan: Plan): ObjectKey[] {
  return plan.changes
    .filter((change) => change.action === 'delete' && isNamespace(change.key))
    .map((change) => change.key);
}

/** Takes the deletion of inhabited Namespaces out of a plan and says what lives there. */
export function spareInhabited(plan: Plan, found: readonly Inhabitants[]): Plan {
  const inhabited = found.filter((one) => one.untracked.length + one.unknown.length > 0);
  const spared = new Set(inhabited.map((one) => keyId(one.namespace)));
  return {
    ...plan,
    changes: plan.changes.filter((change) => !spared.has(keyId(change.key))),
    notices: [
      ...plan.notices,
      ...inhabited.map((one) => ({
        key: one.namespace,
        message: `kept, because ${whyInhabited(one)}${howToEnd(one)}`,
      })),
    ],
  };
}

/** What makes an end of being told about a Namespace that stays. */
function howToEnd({ namespace: { apiVersion, kind, name }, untracked }: Inhabitants): string {
  if (untracked.length === 0) return '';
  const forget = `sisyphus forget --api-version ${apiVersion} --kind ${kind} --name ${name}`;
  const gone = 'A later push deletes it once they are gone or imported';
  return `\n${gone}, and leaves it for good after ${forget} --cluster CLUSTER.`;
}

/** Says why a Namespace must stay. */
export function whyInhabited({ untracked, unknown }: Inhabitants): string {
  const named = untracked.slice(0, NAMED_INHABITANTS).join(', ');
  const more = untracked.length - NAMED_INHABITANTS;
  const living = `${named}${more > 0 ? ` and ${more} more` : ''}`;
  const reasons = [
    ...(untracked.length > 0 ? [`objects that Sisyphus does not track live in it: ${living}`] : []),
    ...(unknown.length > 0 ? [`it cannot be looked into: ${unknown.join('; ')}`] : []),
  ];
  return reasons.join(', and ');
}

/** A cluster that a plan would empty by more than half. */
export interface MassDelete {
  readonly cluster: string;
  readonly deletes: number;
  readonly tracked: number;
}

const MASS_DELETE_MIN = 10;

/** Clusters of which a plan deletes more than half of the tracked objects, and more than ten. */
export function massDeletes(plan: Plan, recorded: readonly RecordedObject[]): MassDelete[] {
  const tracked = countByCluster(recorded.map((object) => object.key));
  const deleted = countByCluster(
    plan.changes.filter((change) => change.action === 'delete').map((change) => change.key),
  );
  return [...deleted]
    .map(([cluster, deletes]) => ({ cluster, deletes, tracked: tracked.get(cluster) ?? 0 }))
    .filter(({ deletes, tracked }) => deletes > MASS_DELETE_MIN && deletes * 2 > tracked);
}

function countByCluster(keys: readonly ObjectKey[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { cluster } of keys) counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
  return counts;
}
