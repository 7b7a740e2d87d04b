import { ServiceError } from '../model/errors.ts';
import type { ConnectionFailure } from './http-attempt.ts';
import type { HttpRequest } from './http-message.ts';
import { isCertificateError, isTlsError } from './retry.ts';

/** A server gives no whole answer. */
export class UnreachableError extends ServiceError {
  /** Which gives none; after a redirect another one than was asked. */
  readonly origin: string;
  /** False where not even a connection came about: every other request would end like this one. */
  readonly isConnected: boolean;

  constructor(
    message: string,
    details: ConstructorParameters<typeof ServiceError>[1],
    { origin, isConnected }: Pick<UnreachableError, 'origin' | 'isConnected'>,
  ) {
    super(message, details);
    this.origin = origin;
    this.isConnected = isConnected;
  }
}

/** Codes of connections that never came about, beside those of TLS. */
const UNCONNECTED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The certificate is of somebody else; no authority mends that. */
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** What the codes of Node and undici mean to a person. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EAI_AGAIN: 'the name server did not answer',
  EHOSTUNREACH: 'there is no route to that host',
  ENETUNREACH: 'there is no route to that network',
  ENOTFOUND: 'no such host is known',
  ETIMEDOUT: 'the connection timed out',
  TIMEOUT: 'the answer took too long',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped in the middle',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_DESTROYED: 'the work was called off',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_SOCKET: 'the connection broke off',
};

/** The error for a server that gives no whole answer: names the host and why. */
export function unreachable(
  { peer, what }: HttpRequest,
  { url, code, error }: ConnectionFailure,
  attempts: number,
): UnreachableError {
  const times = attempts > 1 ? `, ${attempts} times` : '';
  const isConnected = !(UNCONNECTED.has(code) || isCertificateError(code) || isTlsError(code));
  // Without a connection it does not matter what was asked for.
  const purpose = what === undefined || !isConnected ? '' : ` for ${what}`;
  return new UnreachableError(
    `The ${peer} at ${url.host} cannot be reached${purpose}: ${reason(code)} (${code}${times}).`,
    { code: 'registry-unreachable', ...hint(peer, code, error), cause: error },
    { origin: url.origin, isConnected },
  );
}

function reason(code: string): string {
  if (code === OTHER_NAME) return 'its certificate is for other names';
  if (isCertificateError(code)) return 'its certificate is not trusted';
  if (isTlsError(code)) return 'it does not speak TLS there';
  return REASONS[code] ?? 'the connection failed';
}

function hint(peer: string, code: string, error: unknown): { hint?: string } {
  if (code === OTHER_NAME) {
    // The words of Node name the host and the names of the certificate.
    const words = error instanceof Error ? ` (${error.message})` : '';
    return { hint: `Write the reference with a name of the certificate${words}.` };
  }
  if (code === 'ECONNREFUSED' && peer === 'registry') {
    return {
      hint: 'See that the registry runs, and that host and port of the reference are right.',
    };
  }
  if (isCertificateError(code)) {
    return { hint: 'Set NODE_EXTRA_CA_CERTS to the file of the authority that signed it.' };
  }
  if (isTlsError(code)) {
    return { hint: 'Write http:// before the reference if the registry is meant to have no TLS.' };
  }
  return {};
}
