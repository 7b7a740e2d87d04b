import { UserError } from '../model/errors.ts';
import { formatScope } from '../state/lease-scope.ts';
import type { LeaseHolder } from '../state/port.ts';
import type { House } from './house.ts';

/** A lease and what it is on. */
export interface ShownLease extends LeaseHolder {
  /** `namespaces market, shop of cluster east`. */
  readonly where: string;
}

/** Every lease, the oldest first. */
export async function listLeases({ state }: House): Promise<readonly ShownLease[]> {
  return (await state.leases()).map((lease) => ({ ...lease, where: formatScope(lease.scope) }));
}

/**
 * Ends a lease by force. Its holder records nothing any more; what it has in flight is looked into by
 * the next command that writes.
 *
 * @param approve sees the lease; true lets it be ended
 * @returns the lease that was ended; undefined where that was not approved
 * @throws UserError `unknown-lease`
 */
export async function endLease(
  house: House,
  id: string,
  approve: (lease: ShownLease) => Promise<boolean>,
): Promise<ShownLease | undefined> {
  const lease = (await listLeases(house)).find((one) => one.id === id);
  if (lease === undefined) throw unknown(id);
  if (!(await approve(lease))) return undefined;
  // Its holder may have given it back while the question was open.
  if (!(await house.state.unlock(id))) throw unknown(id);
  return lease;
}

function unknown(id: string): UserError {
  return new UserError(`there is no lease ${id}; a command gives its lease back when it ends`, {
    code: 'unknown-lease',
    hint: 'sisyphus unlock without --id lists those that there are',
  });
}
