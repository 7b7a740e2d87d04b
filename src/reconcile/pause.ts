import type { DeclarationId } from '../model/declaration.ts';
import type { Pause } from '../model/pause.ts';
import { lookUp } from './declarations.ts';
import type { House } from './house.ts';
import { type LeaseListener, withLease } from './lease.ts';

/**
 * Pauses a declaration: it takes no part in a push, on either side of the comparison.
 *
 * @returns the pause of the same reason that there was already, which stays as it is
 * @throws UserError `unknown-declaration`
 */
export async function pauseDeclaration(
  house: House,
  id: DeclarationId,
  reason: string,
  listener: LeaseListener,
): Promise<Pause | undefined> {
  return await withLease(house, listener, async () => {
    const { pause } = await lookUp(house, id);
    if (pause?.reason === reason) return pause;
    await house.state.pause(id, reason);
    return undefined;
  });
}

/**
 * Ends a pause.
 *
 * @returns false where there was none
 * @throws UserError `unknown-declaration`
 */
export async function resumeDeclaration(
  house: House,
  id: DeclarationId,
  listener: LeaseListener,
): Promise<boolean> {
  return await withLease(house, listener, async () => {
    const { pause } = await lookUp(house, id);
    if (pause === undefined) return false;
    await house.state.resume(id);
    return true;
  });
}
