import { settleEntry } from '../apply/settle-entry.ts';
import { SisyphusError } from '../model/errors.ts';
import { keyId } from '../model/object.ts';
import type { LeaseHolder } from '../state/port.ts';
import type { House } from './house.ts';

/** What a command that writes says about waiting for another one. */
export interface LeaseListener {
  /** Another command holds the lease; it is waited for. */
  waiting(holder: LeaseHolder): void;
  /** An earlier command was interrupted; so many of its changes were looked into. */
  recovered(changes: number): void;
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
    if (settled > 0) listener.recovered(settled);
    return await work();
  } finally {
    await release();
  }
}

/** Looks at every object that an interrupted command was changing. @returns how many there were */
async function recover({ state, clusters, config }: House): Promise<number> {
  const { cluster, namespace } = config.filter;
  const open = await state.inFlight({ clusters: cluster, namespaces: namespace });
  if (open.length === 0) return 0;
  const recorded = new Map((await state.objects()).map((object) => [keyId(object.key), object]));
  for (const entry of open) {
    const known = recorded.get(keyId(entry.replaces ?? entry.key));
    try {
      await settleEntry(entry, known, clusters.get(entry.key.cluster), state);
    } catch (thrown) {
      // A cluster that cannot be asked keeps its entries; its part of the plan fails by itself.
      if (!(thrown instanceof SisyphusError)) throw thrown;
    }
  }
  return open.length;
}
