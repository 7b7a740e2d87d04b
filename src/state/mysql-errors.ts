import { NoAnswer } from './deadline.ts';
import type { ServerAddress } from './server-address.ts';
import { codeOf, networkTrouble, serverError, type Trouble } from './server-errors.ts';

/**
 * By the server's error number: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 * and https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
const BY_NUMBER: Readonly<Record<number, Trouble>> = {
  1020: 'conflict',
  1021: 'full',
  1040: 'unavailable',
  1044: 'rights',
  1045: 'credentials',
  1049: 'unknown-database',
  1053: 'lost',
  1114: 'full',
  1129: 'unavailable',
  1130: 'credentials',
  1142: 'rights',
  1143: 'rights',
  1203: 'unavailable',
  1205: 'locked',
  1213: 'conflict',
  1226: 'unavailable',
  1227: 'rights',
  1290: 'read-only',
  1317: 'slow',
  1370: 'rights',
  1406: 'too-long',
  1410: 'rights',
  1419: 'rights',
  1698: 'credentials',
  1792: 'read-only',
  1836: 'read-only',
  1927: 'lost',
  1969: 'slow',
  3024: 'slow',
  4031: 'lost',
};

/** By the driver's own names. */
const BY_CODE: Readonly<Record<string, Trouble>> = {
  AUTH_SWITCH_PLUGIN_ERROR: 'credentials',
  HANDSHAKE_NO_SSL_SUPPORT: 'without-tls',
  HANDSHAKE_SSL_ERROR: 'certificate',
  MYSQL_CLEAR_PASSWORD_NOT_ENABLED: 'credentials',
  PROTOCOL_CONNECTION_LOST: 'lost',
};

/** What the server's own words add to. */
const WITH_DETAIL: readonly Trouble[] = ['credentials', 'rights', 'unavailable', 'read-only'];

/** The driver's error as one for a person; as it is where a person can do nothing. */
export function explainMysql(address: ServerAddress, error: unknown): unknown {
  const trouble = troubleOf(error);
  if (trouble === undefined) return error;
  const detail =
    error instanceof Error && WITH_DETAIL.includes(trouble) ? { detail: error.message } : {};
  return serverError(trouble, address, { cause: error, ...detail });
}

/** True when the connection cannot be used after this error. */
export function isFatalInMysql(error: unknown): boolean {
  const isServers = numberOf(error) !== undefined;
  return !isServers || (error instanceof Error && 'fatal' in error && error.fatal === true);
}

/** True for the error that a query on a missing table ends with. */
export function isMissingInMysql(error: unknown): boolean {
  return numberOf(error) === 1146;
}

/** True when the server has no TLS to offer. */
export function lacksTls(error: unknown): boolean {
  return codeOf(error) === 'HANDSHAKE_NO_SSL_SUPPORT';
}

function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof NoAnswer) return 'slow';
  return BY_NUMBER[numberOf(error) ?? 0] ?? BY_CODE[codeOf(error)] ?? networkTrouble(error);
}

/** Node's errors have a number, too, but a negative one. */
function numberOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errno' in error)) return undefined;
  return typeof error.errno === 'number' && error.errno > 0 ? error.errno : undefined;
}
