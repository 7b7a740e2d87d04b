import type { ObjectKey } from '../model/object.ts';
import { sameObjectId } from '../model/object.ts';
import type { Notice } from '../model/plan.ts';
import { type Drift, findDrift } from '../plan/drift.ts';
import { narrow } from '../plan/filter.ts';
import { checkFilter } from './check-filter.ts';
import type { House } from './house.ts';
import { type LeaseListener, withLease } from './lease.ts';
import { readLive } from './live.ts';

/** What a look at the clusters found. */
export interface Refreshed extends Drift {
  /** The objects that were looked for. */
  readonly keys: readonly ObjectKey[];
  /** Objects that could not be compared. */
  readonly notices: readonly Notice[];
  /** Clusters that could not be read, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/** Who follows a refresh. */
export interface RefreshListener extends LeaseListener {
  /** Sees what was found, before it is recorded. */
  found(refreshed: Refreshed): void;
}

/**
 * Reads tracked objects from their clusters, paused or not, and records them as they are. What is
 * gone is dropped from the database. Nothing is written to a cluster.
 */
export async function refresh(house: House, listener: RefreshListener): Promise<Refreshed> {
  return await withLease(house, listener, async () => {
    const refreshed = await look(house);
    listener.found(refreshed);
    const gone = refreshed.changes.filter(({ action }) => action === 'delete');
    await Promise.all([
      ...refreshed.records.map((object) => house.state.record(object)),
      ...gone.map(({ key }) => house.state.forget(key)),
    ]);
    return refreshed;
  });
}

async function look({ state, clusters, config }: House): Promise<Refreshed> {
  const everything = await state.objects();
  checkFilter(config.filter, everything);
  const tracked = narrow(everything, config.filter);
  const { objects, unavailable, unread } = await readLive(
    tracked.map(({ key }) => key),
    clusters,
  );
  const seen = tracked.filter(({ key }) => !Object.hasOwn(unavailable, key.cluster));
  const notices = seen.flatMap(({ key }) => {
    const message = unread.get(sameObjectId(key));
    return message === undefined ? [] : [{ key, message }];
  });
  const compared = seen.filter(({ key }) => !unread.has(sameObjectId(key)));
  const keys = compared.map(({ key }) => key);
  return { ...findDrift(compared, objects), keys, notices, unavailable };
}
