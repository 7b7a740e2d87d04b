import type { ObjectKey } from '../model/object.ts';

/** Which objects a command is about; an empty list leaves that part of the key open. */
export interface ObjectFilter {
  readonly apiVersion: readonly string[];
  readonly cluster: readonly string[];
  readonly kind: readonly string[];
  readonly name: readonly string[];
  readonly namespace: readonly string[];
}

/** The filter that every object passes. */
export const EVERYTHING: ObjectFilter = {
  apiVersion: [],
  cluster: [],
  kind: [],
  name: [],
  namespace: [],
};

const PARTS = Object.keys(EVERYTHING) as (keyof ObjectFilter)[];

/** Whether a key passes the filter. */
export function matches(filter: ObjectFilter, key: ObjectKey): boolean {
  return PARTS.every((part) => filter[part].length === 0 || filter[part].includes(key[part]));
}

/** The objects that pass the filter, and the Namespaces that these need. */
export function narrow<T extends { readonly key: ObjectKey }>(
  objects: readonly T[],
  filter: ObjectFilter,
): readonly T[] {
  if (PARTS.every((part) => filter[part].length === 0)) return objects;
  const needed = new Set<string>();
  for (const { key } of objects) {
    if (matches(filter, key)) needed.add(`${key.cluster}|${key.namespace}`);
  }
  return objects.filter(
    ({ key }) =>
      matches(filter, key) || (isNamespace(key) && needed.has(`${key.cluster}|${key.name}`)),
  );
}

/** True for the core group's Namespace. */
export function isNamespace(key: Pick<ObjectKey, 'apiVersion' | 'kind'>): boolean {
  return key.apiVersion === 'v1' && key.kind === 'Namespace';
}
