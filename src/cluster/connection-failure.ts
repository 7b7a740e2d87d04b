import { CredentialsError } from './material.ts';

/** Why a request has no answer. */
export interface ConnectionFailure {
  /** A clause for a person: `the connection was refused (ECONNREFUSED)`. */
  readonly why: string;
  /** Whether another attempt may end otherwise. */
  readonly passing: boolean;
  /** Whether the server did answer, only not in a way that can be used. */
  readonly isAnswer: boolean;
  readonly cause: unknown;
}

const TOO_LONG = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

const REASONS: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'the name server did not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no route to its network',
  ENOTFOUND: 'its host is not known',
  EPIPE: 'the connection broke off',
  EPROTO: 'it speaks no TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS',
  ETIMEDOUT: 'the connection timed out',
  TimeoutError: 'it took too long to answer',
  UND_ERR_ABORTED: 'the proxy made no connection',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut off',
  [TOO_LONG]: 'the answer was too long',
  UND_ERR_SOCKET: 'the connection broke off',
};

/** A time-out of a connection has been waited for once already, and that is long enough. */
const LASTING: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  TOO_LONG,
]);

/** Explains what was thrown instead of an answer. */
export function connectionFailure(thrown: unknown): ConnectionFailure {
  if (thrown instanceof CredentialsError) {
    return { why: thrown.message, passing: false, isAnswer: false, cause: thrown };
  }
  const code = errorCode(thrown);
  const certificate = isCertificateError(code);
  const reason = certificate ? 'its certificate is not trusted' : REASONS[code];
  return {
    why: `${reason ?? 'the connection failed'} (${code})`,
    passing: !certificate && !LASTING.has(code),
    isAnswer: code === TOO_LONG,
    cause: thrown,
  };
}

function errorCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  const { code, name } = thrown as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : name;
}

/** True for Node's and OpenSSL's names of a certificate that cannot be trusted. */
function isCertificateError(code: string): boolean {
  return /CERT|^UNABLE_TO_|SIGNATURE/.test(code);
}
