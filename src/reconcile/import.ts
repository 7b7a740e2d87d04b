import type { Cluster } from '../cluster/port.ts';
import { UsageError, UserError } from '../model/errors.ts';
import { formatObject, type ObjectKey, sameObjectId } from '../model/object.ts';
import { type Declared, findDeclared } from './declared.ts';
import type { House } from './house.ts';
import { type LeaseListener, withLease } from './lease.ts';

/**
 * Adopts an object into the database as it is. Nothing is written to its cluster, and no field of it
 * is owned before the next push.
 *
 * @returns whether the repository declares it; the next push deletes what it does not declare
 * @throws UserError `already-tracked`, `unknown-kind`, `object-not-found`; UsageError for a namespace
 *   where there is none, or none where there is one
 */
export async function importObject(
  house: House,
  key: ObjectKey,
  listener: LeaseListener,
): Promise<Declared> {
  return await withLease(house, listener, async () => {
    const id = sameObjectId(key);
    const tracked = (await house.state.objects()).find((one) => sameObjectId(one.key) === id);
    if (tracked !== undefined) throw alreadyTracked(tracked.key);
    const answer = await read(house.clusters.get(key.cluster), key);
    const declared = await findDeclared(key, house);
    const declaration = declared.type === 'yes' ? declared.declaration : undefined;
    await house.state.record({
      key,
      answer,
      createdHere: false,
      ...(declaration && { declaration }),
    });
    return declared;
  });
}

async function read(cluster: Cluster, key: ObjectKey) {
  const type = await cluster.resourceOf(key);
  if (type === undefined) {
    throw new UserError(`cluster ${key.cluster} knows no kind ${key.kind} in ${key.apiVersion}`, {
      code: 'unknown-kind',
      hint: `kubectl --context ${key.cluster} api-resources lists the kinds and their versions`,
    });
  }
  if (type.namespaced !== (key.namespace !== '')) {
    throw new UsageError(
      type.namespaced ? `a ${key.kind} lives in a namespace` : `a ${key.kind} has no namespace`,
      {
        code: 'wrong-scope',
        hint: `${type.namespaced ? 'name it with' : 'leave out'} --namespace`,
      },
    );
  }
  const object = await cluster.get(key);
  if (object !== undefined) return object;
  throw new UserError(`there is no ${formatObject(key)} in cluster ${key.cluster}`, {
    code: 'object-not-found',
    hint: 'import takes up what exists; what does not is declared in the repository',
  });
}

function alreadyTracked(key: ObjectKey): UserError {
  return new UserError(
    `${formatObject(key)} (${key.apiVersion}) of cluster ${key.cluster} is tracked already`,
    { code: 'already-tracked', hint: 'sisyphus refresh takes up how it is now' },
  );
}
