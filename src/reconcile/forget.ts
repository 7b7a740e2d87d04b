import { UserError } from '../model/errors.ts';
import { formatObject, keyId, type ObjectKey } from '../model/object.ts';
import type { House } from './house.ts';
import { type LeaseListener, withLease } from './lease.ts';
import { didYouMean } from './near.ts';

/**
 * Drops an object from the database; its cluster is not touched.
 *
 * @throws UserError `not-tracked`
 */
export async function forgetObject(
  house: House,
  key: ObjectKey,
  listener: LeaseListener,
): Promise<void> {
  await withLease(house, listener, async () => {
    const tracked = (await house.state.objects()).map((object) => object.key);
    if (!tracked.some((one) => keyId(one) === keyId(key))) throw notTracked(key, tracked);
    await house.state.forget(key);
  });
}

function notTracked(key: ObjectKey, tracked: readonly ObjectKey[]): UserError {
  const hint = didYouMean(key, tracked, format);
  return new UserError(`${format(key)} is not tracked`, {
    code: 'not-tracked',
    ...(hint !== undefined && { hint }),
  });
}

function format(key: ObjectKey): string {
  return `${formatObject(key)} (${key.apiVersion}) of cluster ${key.cluster}`;
}
