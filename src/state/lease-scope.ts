import type { ObjectKey } from '../model/object.ts';
import type { LeaseScope } from './port.ts';

/** Everything that a database knows of. */
export const EVERYWHERE: LeaseScope = { clusters: [], namespaces: [] };

/** Whether two commands could touch the same object. */
export function overlap(a: LeaseScope, b: LeaseScope): boolean {
  return meet(a.clusters, b.clusters) && meet(a.namespaces, b.namespaces);
}

/** Whether an object is in a scope. A Namespace is where its objects are. */
export function covers(scope: LeaseScope, key: ObjectKey): boolean {
  const isNamespace = key.kind === 'Namespace' && key.apiVersion === 'v1';
  const namespace = isNamespace ? key.name : key.namespace;
  return includes(scope.clusters, key.cluster) && includes(scope.namespaces, namespace);
}

/** Prints a scope for a person: `namespaces market, shop of cluster east`. */
export function formatScope({ clusters, namespaces }: LeaseScope): string {
  const where = list('cluster', clusters);
  if (namespaces.length === 0) return where;
  return `${list('namespace', namespaces)} of ${where}`;
}

function meet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((name) => b.includes(name));
}

function includes(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function list(noun: string, names: readonly string[]): string {
  if (names.length === 0) return `all ${noun}s`;
  return `${noun}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
