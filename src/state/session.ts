import { version } from '../version.ts';
import type { Actor } from './port.ts';

/** For whom a connection works, as the audit tables note it. */
export interface Session {
  readonly username: string;
  /** Null where it is not known. */
  readonly userId: string | null;
  /** The program and its version: `sisyphus/1.2.3`. */
  readonly application: string;
}

/** The session of this program on behalf of `actor`. */
export function sessionFor({ username, userId }: Actor): Session {
  return { username, userId: userId ?? null, application: `sisyphus/${version}` };
}
