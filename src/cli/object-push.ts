import type { DeclarationId } from '../model/declaration.ts';
import { filterOf } from './object-flags.ts';
import { type PushFlags, push } from './push.ts';

/** Flags of `sisyphus object push`. */
export interface ObjectPushFlags extends PushFlags {
  readonly image?: string;
}

/** Pushes one declaration, paused or not, if need be with another image. @returns the exit code */
export async function objectPush(
  declaration: DeclarationId,
  { image, ...flags }: ObjectPushFlags,
): Promise<number> {
  const only = { declaration, ...(image !== undefined && { image }) };
  return await push({ ...flags, ...filterOf(declaration), only });
}
