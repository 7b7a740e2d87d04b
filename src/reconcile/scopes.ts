import type { Clusters } from '../cluster/port.ts';
import type { DesiredObject } from '../model/desired.ts';
import { SisyphusError, UserError } from '../model/errors.ts';
import { apiGroup, type ObjectKey, type ObjectType, typeId, valueAt } from '../model/object.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedObject } from '../model/record.ts';
import type { Scope } from '../render/assemble.ts';

/** What is known of the scopes of the types in use, by cluster. */
export interface Scopes {
  readonly of: (key: ObjectKey) => Scope | undefined;
  readonly problems: readonly Problem[];
  /** Clusters that had to be asked and gave no answer, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/**
 * Finds out whether the objects' types are namespaced: from what is recorded, from a CRD in the same
 * plan, else from the cluster.
 */
export async function findScopes(
  objects: readonly DesiredObject[],
  recorded: readonly RecordedObject[],
  clusters: Clusters,
): Promise<Scopes> {
  const scopes = new Map<string, Scope>();
  for (const { key } of recorded)
    scopes.set(scopeId(key.cluster, key), scopeOf(key.namespace !== ''));
  for (const object of objects) addDefined(scopes, object);

  const problems: Problem[] = [];
  const unavailable: Record<string, string> = {};
  const unknown = new Map(
    objects
      .filter((object) => !scopes.has(scopeId(object.key.cluster, object.key)))
      .map((object) => [scopeId(object.key.cluster, object.key), object]),
  );
  await Promise.all(
    [...unknown].map(async ([id, object]) => {
      try {
        const resource = await clusters.get(object.key.cluster).resourceOf(object.key);
        if (resource === undefined) problems.push(unknownKind(object));
        else scopes.set(id, scopeOf(resource.namespaced));
      } catch (thrown) {
        if (!(thrown instanceof SisyphusError)) throw thrown;
        unavailable[object.key.cluster] = thrown.message;
      }
    }),
  );
  return { of: (key) => scopes.get(scopeId(key.cluster, key)), problems, unavailable };
}

function scopeId(cluster: string, type: ObjectType): string {
  return `${cluster}|${typeId({ apiVersion: type.apiVersion, kind: type.kind })}`;
}

function scopeOf(namespaced: boolean): Scope {
  return namespaced ? 'namespaced' : 'cluster';
}

/** A CRD says of which scope its kind is, in all its versions. */
function addDefined(scopes: Map<string, Scope>, { key, manifest }: DesiredObject): void {
  if (key.kind !== 'CustomResourceDefinition') return;
  if (apiGroup(key.apiVersion) !== 'apiextensions.k8s.io') return;
  const group = valueAt(manifest, 'spec', 'group');
  const kind = valueAt(manifest, 'spec', 'names', 'kind');
  const versions = valueAt(manifest, 'spec', 'versions');
  if (!Array.isArray(versions)) return;
  for (const version of versions) {
    const apiVersion = `${String(group)}/${String(valueAt(version, 'name'))}`;
    const namespaced = valueAt(manifest, 'spec', 'scope') === 'Namespaced';
    scopes.set(scopeId(key.cluster, { apiVersion, kind: String(kind) }), scopeOf(namespaced));
  }
}

function unknownKind({ key, position, declaration }: DesiredObject): Problem {
  const error = new UserError(
    `cluster ${key.cluster} knows no kind ${key.kind} in ${key.apiVersion}`,
    {
      code: 'unknown-kind',
      hint: 'check the spelling, or declare its CustomResourceDefinition as well',
      ...(position === undefined ? {} : { position }),
    },
  );
  return { error, ...(declaration === undefined ? {} : { declaration }) };
}
