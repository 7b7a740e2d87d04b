import { type Declaration, GLOBAL_FOLDER } from '../../model/declaration.ts';
import type { ObjectType } from '../../model/object.ts';

/** What a push needs of one cluster: types, each with the namespaces that it is in. */
export type Needs = ReadonlyMap<string, TypeNeed>;

/** A type and where a push needs it. */
export interface TypeNeed extends ObjectType {
  /** Empty for what is in none. */
  readonly namespaces: ReadonlySet<string>;
}

const NAMESPACE: ObjectType = { apiVersion: 'v1', kind: 'Namespace' };

/** What every repository needs sooner or later, where none is at hand. */
const USUAL: readonly ObjectType[] = [
  NAMESPACE,
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
];

/** The usual types, in all namespaces. */
export function usualNeeds(): Needs {
  return new Map(USUAL.map((type) => [nameOf(type), { ...type, namespaces: new Set<string>() }]));
}

/**
 * What the declarations need of each cluster, by context. Programs are not run for it: of which kinds
 * their objects are is known without.
 */
export function needsOf(declarations: readonly Declaration[]): ReadonlyMap<string, Needs> {
  const byCluster = new Map<string, Map<string, TypeNeed & { namespaces: Set<string> }>>();
  for (const declaration of declarations) {
    for (const cluster of clustersOf(declaration)) {
      const needs = byCluster.get(cluster) ?? new Map();
      byCluster.set(cluster, needs);
      for (const [type, namespace] of objectsOf(declaration)) {
        add(needs, type, namespace);
        if (namespace !== '') add(needs, NAMESPACE, '');
      }
    }
  }
  return byCluster;
}

function add(
  needs: Map<string, TypeNeed & { namespaces: Set<string> }>,
  { apiVersion, kind }: ObjectType,
  namespace: string,
): void {
  const name = nameOf({ apiVersion, kind });
  const need = needs.get(name) ?? { apiVersion, kind, namespaces: new Set<string>() };
  needs.set(name, need);
  if (namespace !== '') need.namespaces.add(namespace);
}

function clustersOf(declaration: Declaration): readonly string[] {
  return declaration.type === 'KubernetesYaml'
    ? declaration.clusters.map(({ value }) => value)
    : Object.keys(declaration.footprint);
}

function objectsOf(declaration: Declaration): (readonly [ObjectType, namespace: string])[] {
  const { namespace } = declaration.id;
  switch (declaration.type) {
    case 'Deployment': {
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
      const service = { apiVersion: 'v1', kind: 'Service' };
      const hasService = Object.keys(declaration.servicePorts).length > 0;
      return [[deployment, namespace], ...(hasService ? [[service, namespace] as const] : [])];
    }
    case 'CronJob':
      return [[{ apiVersion: 'batch/v1', kind: 'CronJob' }, namespace]];
    case 'KubernetesYaml':
      return declaration.objects.map(({ value }) => {
        const own = value.metadata.namespace ?? '';
        return [value, namespace === GLOBAL_FOLDER ? own : namespace];
      });
  }
}

function nameOf({ apiVersion, kind }: ObjectType): string {
  return `${apiVersion} ${kind}`;
}
