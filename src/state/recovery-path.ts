import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What tells a database from others: a file, or a place on a server. */
type Place =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly database: string };

/**
 * The file for outcomes that a database could not be told: beside the database's own file, or, for
 * one on a server, in the user's folder for state (XDG Base Directory Specification).
 */
export function recoveryPath(place: Place): string {
  if ('path' in place) return `${resolve(place.path)}.recovery.jsonl`;
  const { host, port, database } = place;
  const text = JSON.stringify([host, port, database]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const folder = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(folder, 'sisyphus', `${hash}.recovery.jsonl`);
}
