import { settleEntry } from '../apply/settle-entry.ts';
import { SisyphusError } from '../model/errors.ts';
import { keyId } from '../model/object.ts';
import type { LeaseHolder } from '../state/port.ts';
import type { House } from './house.ts';

/** How many changes of an interrupted command turned out to be what. */
export interface Recovered {
  /** What the cluster holds since then is recorded. */
  readonly recorded: number;
  /** They did not happen. */
  readonly undone: number;
  /** Their cluster could not be asked; the next command looks again. */
  readonly unknown: number;
}

/** What a command that writes says about waiting for another one. */
export interface LeaseListener {
  /** Another command holds the lease; it is waited for. */
  waiting(holder: LeaseHolder): void;
  /** An earlier command was interrupted; what came of the changes that it had in flight. */
  recovered(changes: Recovered): void;
}

/**
 * Does work that writes, under the lease of what the command's filter leaves. Before anything else it
 * looks into what an interrupted command left in flight, so that the work begins with the truth.
 *
 * @throws UserError `lease-held` when another command holds it for longer than the user waits
 */
export async function withLease<T>(
  house: House,
  listener: LeaseListener,
  work: () => Promise<T>,
): Promise<T> {
  const { cluster: clusters, namespace: namespaces } = house.config.filter;
  const release = await house.acquireLease({
    scope: { clusters, namespaces },
    waitMs: house.config.lockTimeoutMs,
    onWait: listener.waiting,
  });
  try {
    await house.state.mergeSaved();
    const settled = await recover(house);
    if (settled !== undefined) listener.recovered(settled);
    return await work();
  } finally {
    await release();
  }
}

/** Looks at every object that an interrupted command was changing; undefined where there was none. */
async function recover({ state, clusters, config }: House): Promise<Recovered | undefined> {
  const { cluster, namespace } = config.filter;
  const open = await state.inFlight({ clusters: cluster, namespaces: namespace });
  if (open.length === 0) return undefined;
  const counts = { recorded: 0, undone: 0, unknown: 0 };
  const recorded = new Map((await state.objects()).map((object) => [keyId(object.key), object]));
  for (const entry of open) {
    const known = recorded.get(keyId(entry.replaces ?? entry.key));
    try {
      const happened = await settleEntry(entry, known, clusters.get(entry.key.cluster), state);
      counts[happened ? 'recorded' : 'undone'] += 1;
    } catch (thrown) {
      // A cluster that cannot be asked keeps its entries; its part of the plan fails by itself.
      if (!(thrown instanceof SisyphusError)) throw thrown;
      counts.unknown += 1;
    }
  }
  return counts;
}
