import { declarationKey } from '../model/declaration.ts';
import { apiGroup, definedKind, type ObjectKey } from '../model/object.ts';
import type { Change, Plan } from '../model/plan.ts';
import { isNamespace } from './filter.ts';
import { referenceId, references, referenceTo } from './references.ts';

/** What a step waits for. */
export interface Need {
  readonly step: number;
  /**
   * That another step is over (`done`), that its object stands in the cluster, if in its old form
   * because the change is blocked (`present`), or that it was applied (`success`).
   */
  readonly until: 'done' | 'present' | 'success';
}

/** A change and what must come before it; a step without a change only gathers others. */
export interface Step {
  readonly change?: Change;
  readonly needs: readonly Need[];
}

/** The steps of a plan; `needs` names them by index, and only earlier ones. */
export type Graph = readonly Step[];

/**
 * Kinds that others rely on without naming them, so that all of a namespace's come first: what pods
 * are admitted, run and limited by.
 */
const FOUNDATIONS: ReadonlySet<string> = new Set([
  '/ConfigMap',
  '/LimitRange',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/ResourceQuota',
  '/Secret',
  '/ServiceAccount',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/NetworkPolicy',
  'node.k8s.io/RuntimeClass',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/StorageClass',
]);

const CRD = 'apiextensions.k8s.io/CustomResourceDefinition';

/** A webhook that stands before the pods behind it would refuse their creation. */
const LAST: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
]);

/** The waves of a cluster's changes; those of one wave go in parallel. */
const WAVES = ['namespaces', 'definitions', 'foundations', 'rest', 'webhooks'] as const;
type Wave = (typeof WAVES)[number];

/**
 * Orders a plan's changes. In each cluster: Namespaces and CRDs, what pods rely on, everything else,
 * webhook configurations; then deletes, in reverse. A step needs what its object names (or is an
 * instance of, or lives in), a delete the success of what may replace the object, and both only the
 * end of what merely comes earlier, so that a failure stops nothing but what depends on it.
 */
export function orderPlan(plan: Plan): Graph {
  const builder = new GraphBuilder();
  const clusters = new Set(plan.changes.map((change) => change.key.cluster));
  for (const cluster of clusters) {
    const changes = plan.changes.filter((change) => change.key.cluster === cluster);
    orderWrites(
      builder,
      changes.filter((change) => change.action !== 'delete'),
    );
    orderDeletes(builder, changes);
  }
  return builder.steps;
}

class GraphBuilder {
  readonly steps: Step[] = [];
  readonly byReference = new Map<string, number>();

  add(change: Change, needs: readonly Need[]): number {
    const step = this.steps.push({ change, needs }) - 1;
    return step;
  }

  /** A step that is done when all of the given ones are. */
  gather(steps: readonly number[]): Need[] {
    if (steps.length === 0) return [];
    const needs = steps.map((step) => ({ step, until: 'done' as const }));
    return [{ step: this.steps.push({ needs }) - 1, until: 'done' }];
  }
}

function orderWrites(builder: GraphBuilder, changes: readonly Change[]): void {
  const written = new Map<string, number>();
  const waves = new Map<Wave, Map<string, number[]>>();
  let earlier: Need[] = [];
  for (const wave of WAVES) {
    const steps = new Map<string, number[]>();
    const barriers = namespaceBarriers(builder, waves, wave);
    for (const change of inReferenceOrder(changes.filter((one) => waveOf(one.key) === wave))) {
      const waits = wave === 'webhooks' ? earlier : barriers(change.key.namespace);
      const step = builder.add(change, [...waits, ...prerequisites(change, written)]);
      written.set(clusterReference(change.key), step);
      const definition = definedReference(change);
      if (definition !== undefined) written.set(definition, step);
      append(steps, change.key.namespace, step);
    }
    waves.set(wave, steps);
    earlier = [...earlier, ...builder.gather([...steps.values()].flat())];
  }
}

/** What a wave's changes of a namespace wait for: the foundations of that namespace and of none. */
function namespaceBarriers(
  builder: GraphBuilder,
  waves: ReadonlyMap<Wave, ReadonlyMap<string, readonly number[]>>,
  wave: Wave,
): (namespace: string) => Need[] {
  const foundations = wave === 'rest' ? waves.get('foundations') : undefined;
  const made = new Map<string, Need[]>();
  const barrier = (namespace: string): Need[] => {
    const known = made.get(namespace) ?? builder.gather(foundations?.get(namespace) ?? []);
    made.set(namespace, known);
    return known;
  };
  return (namespace) => (namespace === '' ? barrier('') : [...barrier(''), ...barrier(namespace)]);
}

/** What a change's object names comes before it: roles before bindings, targets before autoscalers. */
function inReferenceOrder(changes: readonly Change[]): Change[] {
  const byReference = new Map(changes.map((change) => [clusterReference(change.key), change]));
  const ordered = new Set<Change>();
  const visiting = new Set<Change>();
  const visit = (change: Change) => {
    if (ordered.has(change) || visiting.has(change)) return;
    visiting.add(change);
    for (const id of namedBy(change)) {
      const named = byReference.get(id);
      if (named !== undefined) visit(named);
    }
    ordered.add(change);
  };
  for (const change of changes) visit(change);
  return [...ordered];
}

/** The references of what a change writes. */
function namedBy({ key, desired }: Change): string[] {
  return desired === undefined ? [] : references(desired.manifest, key.namespace).map(referenceId);
}

/** The steps whose success a change depends on. */
function prerequisites(change: Change, written: ReadonlyMap<string, number>): Need[] {
  const { key } = change;
  const ids = [
    ...namedBy(change),
    ...(key.namespace === '' ? [] : [namespaceReference(key.namespace)]),
    kindReference(apiGroup(key.apiVersion), key.kind),
  ];
  const steps = new Set(ids.flatMap((id) => written.get(id) ?? []));
  return [...steps].map((step) => ({ step, until: 'present' }));
}

function orderDeletes(builder: GraphBuilder, changes: readonly Change[]): void {
  const writes = new Map<string, number[]>();
  builder.steps.forEach(({ change }, step) => {
    if (change === undefined || change.key.cluster !== changes[0]?.key.cluster) return;
    for (const id of replacedBy(change)) append(writes, id, step);
  });
  let before: Need[] = builder.gather([...new Set([...writes.values()].flat())]);
  const deleted = new Map<string, number[]>();
  const deletes = changes.filter((change) => change.action === 'delete');
  for (const wave of [...WAVES].reverse()) {
    const steps = deletes
      .filter((change) => waveOf(change.key) === wave)
      .map((change) => {
        const inside = deleted.get(containerOf(change)) ?? [];
        const safe = new Set([...idsOf(change).flatMap((id) => writes.get(id) ?? []), ...inside]);
        const needs = [...safe].map((step) => ({ step, until: 'success' as const }));
        const step = builder.add(change, [...before, ...needs]);
        append(deleted, namespaceReference(change.key.namespace), step);
        append(deleted, kindReference(apiGroup(change.key.apiVersion), change.key.kind), step);
        return step;
      });
    before = [...before, ...builder.gather(steps)];
  }
}

/**
 * What a write may make superfluous: an object of its kind in its namespace (it was renamed), one of
 * its declaration (it became another kind), and what its object named until now.
 */
function replacedBy({ action, key, desired, recorded }: Change): string[] {
  const until = recorded?.sent ?? recorded?.answer;
  const named = until === undefined ? [] : references(until, key.namespace).map(referenceId);
  const declaration = desired?.declaration;
  return [
    'every write',
    ...(action === 'create' ? [placeOf(key)] : []),
    ...(declaration === undefined ? [] : [`of ${declarationKey(declaration)}`]),
    ...named,
  ];
}

/** The ids under which a delete finds the writes whose success makes it safe. */
function idsOf({ key, recorded }: Change): string[] {
  const declaration = recorded?.declaration;
  return [
    placeOf(key),
    ...(declaration === undefined ? [] : [`of ${declarationKey(declaration)}`]),
    clusterReference(key),
  ];
}

/**
 * Where an object could be renamed to: a delete waits for the success of creates of its kind in its
 * namespace, so that a rename never takes the old away before the new one stands.
 */
function placeOf({ apiVersion, kind, namespace }: ObjectKey): string {
  return `${apiGroup(apiVersion)}|${kind}|${namespace}`;
}

/** What must be gone before a Namespace or a CRD goes: everything that it contains. */
function containerOf(change: Change): string {
  if (isNamespace(change.key)) return namespaceReference(change.key.name);
  return definedReference(change) ?? '';
}

function waveOf(key: ObjectKey): Wave {
  const kind = `${apiGroup(key.apiVersion)}/${key.kind}`;
  if (isNamespace(key)) return 'namespaces';
  if (kind === CRD) return 'definitions';
  if (FOUNDATIONS.has(kind)) return 'foundations';
  return LAST.has(kind) ? 'webhooks' : 'rest';
}

/** The kind that a CRD defines, as a reference. */
function definedReference({ desired, recorded }: Change): string | undefined {
  const defined = definedKind(desired?.manifest ?? recorded?.answer);
  return defined === undefined ? undefined : kindReference(defined.group, defined.kind);
}

function kindReference(group: string, kind: string): string {
  return `kind|${group}|${kind}`;
}

function namespaceReference(name: string): string {
  return referenceId({ group: '', kind: 'Namespace', namespace: '', name });
}

function clusterReference(key: ObjectKey): string {
  return referenceId(referenceTo(key));
}

function append(map: Map<string, number[]>, key: string, step: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [step]);
  else list.push(step);
}
