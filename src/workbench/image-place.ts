import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYOUT_MARK } from '../image/layout.ts';

/** What a user's word for an image or a program stands for. */
export type Place = 'layout' | 'folder' | 'program-file' | 'reference';

/**
 * Tells what a word names: what lies on this machine comes first, as `./x` and `x`; all else is a
 * reference in a registry.
 */
export async function placeOf(word: string): Promise<Place> {
  const found = await stat(word).catch(() => undefined);
  if (found === undefined) return 'reference';
  if (!found.isDirectory()) return /\.(?:tar|tar\.gz|tgz)$/.test(word) ? 'layout' : 'program-file';
  const mark = await stat(join(word, LAYOUT_MARK)).catch(() => undefined);
  return mark === undefined ? 'folder' : 'layout';
}
