import type { DeclarationId } from '../model/declaration.ts';
import type { Manifest } from '../model/object.ts';
import type { PastEntry } from '../state/port.ts';
import { lookUp } from './declarations.ts';
import type { House } from './house.ts';

/** An attempt to roll an image out, and what was sent by the one before it in the same cluster. */
export interface Attempt extends PastEntry {
  readonly before?: Manifest;
}

/**
 * The attempts to roll a declaration out, in all clusters, the newest first.
 *
 * @throws UserError `unknown-declaration` where nobody ever heard of it
 */
export async function declarationHistory(
  house: House,
  id: DeclarationId,
  limit: number,
): Promise<readonly Attempt[]> {
  // One more of each cluster, so that the last one shown can be compared as well.
  const entries = await house.state.history(id, limit + 1);
  if (entries.length === 0) await lookUp(house, id);
  const attempts = entries.map((entry, index): Attempt => {
    const earlier = entries.slice(index + 1);
    const before = earlier.find(({ key }) => key.cluster === entry.key.cluster)?.manifest;
    return { ...entry, ...(before && { before }) };
  });
  return attempts.slice(0, limit);
}
