import { NoAnswer } from './deadline.ts';
import type { ServerAddress } from './server-address.ts';
import { codeOf, networkTrouble, serverError, type Trouble } from './server-errors.ts';

/** By the beginning of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_STATE: Readonly<Record<string, Trouble>> = {
  '08': 'lost',
  '25006': 'read-only',
  '28': 'credentials',
  '3D000': 'unknown-database',
  '3F000': 'no-schema',
  '40001': 'conflict',
  '40P01': 'conflict',
  '42501': 'rights',
  '53100': 'full',
  '53300': 'unavailable',
  '55P03': 'locked',
  '57014': 'slow',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P03': 'unavailable',
  '57P05': 'lost',
};

/** Errors of the driver itself have no code. */
const BY_MESSAGE: readonly (readonly [RegExp, Trouble])[] = [
  [/^timeout expired/, 'unreachable'],
  [/does not support SSL/, 'without-tls'],
  [/^Connection terminated|not queryable|Connection ended/, 'lost'],
  [/^SASL/, 'credentials'],
];

/** What the server's own words add to. */
const WITH_DETAIL: readonly Trouble[] = ['credentials', 'rights', 'unavailable'];

/** The driver's error as one for a person; as it is where a person can do nothing. */
export function explainPostgres(address: ServerAddress, error: unknown): unknown {
  const trouble = troubleOf(error);
  if (trouble === undefined) return error;
  const detail =
    error instanceof Error && WITH_DETAIL.includes(trouble) ? { detail: error.message } : {};
  return serverError(trouble, address, { cause: error, ...detail });
}

/** True when the connection cannot be used after this error. */
export function isFatalInPostgres(error: unknown): boolean {
  const severity = error instanceof Error && 'severity' in error ? error.severity : undefined;
  return severity === undefined || severity === 'FATAL' || severity === 'PANIC';
}

/** True for the error that a query on a missing table ends with. */
export function isMissingInPostgres(error: unknown): boolean {
  return codeOf(error) === '42P01';
}

/** True when the server has no TLS to offer. */
export function lacksTls(error: unknown): boolean {
  return troubleOf(error) === 'without-tls';
}

function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof NoAnswer) return 'slow';
  const code = codeOf(error);
  const byState = Object.entries(BY_STATE).find(([prefix]) => code.startsWith(prefix));
  if (byState !== undefined) return byState[1];
  const network = networkTrouble(error);
  if (network !== undefined || code !== '') return network;
  const message = error instanceof Error ? error.message : '';
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
}
