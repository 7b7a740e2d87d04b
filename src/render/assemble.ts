import { formatDeclaration, GLOBAL_FOLDER } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { UserError } from '../model/errors.ts';
import { formatObject, namespaceKey, type ObjectKey, sameObjectId } from '../model/object.ts';
import { formatPosition } from '../model/position.ts';
import type { Problem } from '../model/problem.ts';

/** Whether objects of a type live in a namespace; undefined where no cluster said so. */
export type Scope = 'namespaced' | 'cluster';

/**
 * Checks the rendered objects against each other and against their scopes, and adds a Namespace for
 * every namespace in use that the repository does not declare itself.
 *
 * @param scopeOf the scope of an object's type in its cluster, undefined where that is unknown
 */
export function assemble(
  objects: readonly DesiredObject[],
  scopeOf: (key: ObjectKey) => Scope | undefined,
): { readonly objects: DesiredObject[]; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const byId = new Map<string, DesiredObject>();
  const kept: DesiredObject[] = [];
  for (const object of objects) {
    const id = sameObjectId(object.key);
    const other = byId.get(id);
    const error =
      other === undefined ? scopeError(object, scopeOf(object.key)) : duplicate(other, object);
    if (error !== undefined) {
      problems.push({
        error,
        ...(object.declaration === undefined ? {} : { declaration: object.declaration }),
      });
      continue;
    }
    byId.set(id, object);
    kept.push(object);
  }
  return { objects: [...kept, ...missingNamespaces(kept, byId)], problems };
}

function scopeError(object: DesiredObject, scope: Scope | undefined): UserError | undefined {
  const { key, position, declaration } = object;
  const fail = (code: string, message: string) =>
    new UserError(message, { code, ...(position === undefined ? {} : { position }) });
  const inGlobal = declaration?.namespace === GLOBAL_FOLDER;
  if (scope === 'cluster' && !inGlobal) {
    return fail(
      'cluster-scoped',
      `${key.kind} ${key.name} is cluster-scoped; only the folder ${GLOBAL_FOLDER} may define it`,
    );
  }
  if (scope === 'cluster' && key.namespace !== '') {
    return fail(
      'cluster-scoped',
      `${key.kind} ${key.name} is cluster-scoped; remove metadata.namespace`,
    );
  }
  if (scope === 'namespaced' && key.namespace === '') {
    return fail(
      'missing-namespace',
      `${key.kind} ${key.name} needs metadata.namespace, because the folder ${GLOBAL_FOLDER} gives it none`,
    );
  }
  return undefined;
}

function duplicate(first: DesiredObject, second: DesiredObject): UserError {
  const by = second.declaration === undefined ? '' : ` by ${formatDeclaration(second.declaration)}`;
  const where = first.position === undefined ? '' : `, first at ${formatPosition(first.position)}`;
  const other = first.declaration === undefined ? '' : ` (${formatDeclaration(first.declaration)})`;
  return new UserError(
    `${formatObject(second.key)} is declared twice in cluster ${second.key.cluster}:${by || ' here'}${where}${other}`,
    {
      code: 'duplicate-object',
      ...(second.position === undefined ? {} : { position: second.position }),
    },
  );
}

function missingNamespaces(
  objects: readonly DesiredObject[],
  declared: ReadonlyMap<string, DesiredObject>,
): DesiredObject[] {
  const missing = new Map<string, DesiredObject>();
  for (const { key } of objects) {
    if (key.namespace === '') continue;
    const namespace = namespaceKey(key.cluster, key.namespace);
    const id = sameObjectId(namespace);
    if (declared.has(id) || missing.has(id)) continue;
    const { apiVersion, kind, name } = namespace;
    missing.set(id, { key: namespace, manifest: { apiVersion, kind, metadata: { name } } });
  }
  return [...missing.values()];
}
