import { resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { ServerAddress } from './server-address.ts';
import { parseServerUrl, serverSchemes } from './server-url.ts';

/** Where a database is. */
export type DatabaseAddress = { readonly type: 'sqlite'; readonly path: string } | ServerAddress;

const SCHEME = /^([a-z][a-z\d+.-]*):/i;
const FORMS =
  'Write sqlite:PATH, as in sqlite:/var/lib/sisyphus/state.db, ' +
  'or postgres://USER:PASSWORD@HOST/DATABASE, or mysql: or mariadb: in the same way.';

/** The URL used when none is given: `<monitor directory>.sisyphus.db` beside that directory. */
export function defaultDatabaseUrl(monitorDirectory: string): string {
  const path = `${resolve(monitorDirectory)}.sisyphus.db`;
  return `sqlite:${path.replace(/[%?]/g, encodeURIComponent)}`;
}

/**
 * Takes a database URL apart: a server's (see `parseServerUrl`), or `sqlite:PATH` or `sqlite://PATH`,
 * percent-encoded, with an optional `?mode=rwc` as other programs write it. No message repeats the
 * URL, which may hold a password.
 * @throws UserError `invalid-database-url`
 */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) throw invalid('The database URL has no scheme.');
  if (scheme === 'sqlite') {
    return { type: 'sqlite', path: sqlitePath(url.slice('sqlite:'.length)) };
  }
  if (Object.hasOwn(serverSchemes, scheme)) return parseServerUrl(url, scheme);
  throw invalid(`The database URL has the unknown scheme ${scheme}:.`);
}

function sqlitePath(address: string): string {
  const [location = '', ...query] = address.replace(/^\/\//, '').split('?');
  if (query.length > 0 && query.join('?') !== 'mode=rwc') {
    throw invalid('The only option that a sqlite: URL may have is ?mode=rwc.');
  }
  const path = decode(location);
  if (path === '' || path.includes('\0')) throw invalid('The sqlite: URL names no file.');
  if (path === ':memory:') throw invalid('A database in memory would forget what was deployed.');
  return path;
}

function decode(location: string): string {
  try {
    return decodeURIComponent(location);
  } catch {
    throw invalid('The sqlite: URL holds a % without two hexadecimal digits; write %25 for %.');
  }
}

function invalid(message: string): UserError {
  return new UserError(message, { code: 'invalid-database-url', hint: FORMS });
}
