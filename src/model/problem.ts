import type { DeclarationId } from './declaration.ts';
import type { SisyphusError } from './errors.ts';

/** An error found while reading, resolving or rendering; all of them are shown at once. */
export interface Problem {
  readonly error: SisyphusError;
  /** The declaration it belongs to, where that is known: a paused one's problems stop nothing. */
  readonly declaration?: DeclarationId;
}
