import { UserError } from '../model/errors.ts';
import { apiGroup, type ObjectKey } from '../model/object.ts';
import type { Resource } from './port.ts';

/** Parameters of a request; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** The path of a type's objects, of one namespace or (with an empty one) of all. */
export function collectionPath(resource: Resource, namespace: string, query: Query = {}): string {
  const { apiVersion } = resource;
  const root = apiGroup(apiVersion) === '' ? '/api' : '/apis';
  const scope = resource.namespaced && namespace !== '' ? ['namespaces', namespace] : [];
  const parts = [...apiVersion.split('/'), ...scope, resource.resource];
  return `${root}/${parts.map(segment).join('/')}${queryString(query)}`;
}

/**
 * The path of one object.
 *
 * @throws UserError `missing-namespace` for an object that has to be in one
 */
export function objectPath(
  resource: Resource,
  key: Pick<ObjectKey, 'namespace' | 'name'>,
  query: Query = {},
): string {
  checkNamespace(resource, key);
  return `${collectionPath(resource, key.namespace)}/${segment(key.name)}${queryString(query)}`;
}

/** @throws UserError `missing-namespace` for an object that has to be in one */
export function checkNamespace(
  resource: Resource,
  { namespace, name }: Pick<ObjectKey, 'namespace' | 'name'>,
): void {
  if (!resource.namespaced || namespace !== '') return;
  throw new UserError(`${resource.kind} ${name} has no namespace, but its kind lives in one`, {
    code: 'missing-namespace',
    hint: 'give it metadata.namespace',
  });
}

/** One part of a path. A server would take an empty one or dots for another path. */
function segment(text: string): string {
  if (!/^\.*$/.test(text)) return encodeURIComponent(text);
  throw new UserError(`"${text}" is not a name that Kubernetes knows`, { code: 'invalid-name' });
}

function queryString(query: Query): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
