import { ServiceError, type SisyphusError, UserError } from '../model/errors.ts';
import { formatServer, type ServerAddress } from './server-address.ts';

/** What can be wrong with a server that a person can do something about. */
export type Trouble = keyof typeof EXPLANATIONS;

type Explanation = (address: ServerAddress, details: Details) => SisyphusError;
interface Details {
  /** What the driver threw. */
  readonly cause: unknown;
  /** The server's own words, where they help. They hold names, never a password. */
  readonly detail?: string;
}

const EXPLANATIONS = {
  unreachable: (address, details) =>
    new ServiceError(`Cannot connect to ${formatServer(address)}: ${reason(details.cause)}.`, {
      code: 'database-unreachable',
      hint: 'Check host and port in the database URL, and that the server runs and may be reached from here.',
      ...details,
    }),
  lost: (address, details) =>
    new ServiceError(`The connection to ${formatServer(address)} was lost.`, {
      code: 'database-connection-lost',
      hint: 'Run the command again when the server is back.',
      ...details,
    }),
  unavailable: (address, details) =>
    new ServiceError(`${capital(formatServer(address))} takes no connection at the moment.`, {
      code: 'database-unavailable',
      hint: 'Try again later.',
      ...details,
    }),
  credentials: (address, details) =>
    new UserError(
      `${capital(formatServer(address))} does not let user ${address.user} in with these credentials.`,
      {
        code: 'database-credentials-refused',
        hint: 'Check user and password in the database URL; special characters in them are percent-encoded.',
        ...details,
      },
    ),
  'unknown-database': (address, details) =>
    new UserError(`${capital(formatServer(address))} has no database ${address.database}.`, {
      code: 'unknown-database',
      hint: 'Create the database, or name another one in the database URL.',
      ...details,
    }),
  rights: (address, details) =>
    new UserError(
      `User ${address.user} lacks rights in the database ${address.database} of ${formatServer(address)}.`,
      {
        code: 'database-rights-missing',
        hint: 'Sisyphus makes its tables and triggers itself: let that user own the database or the schema.',
        ...details,
      },
    ),
  'no-schema': (address, details) =>
    new UserError(
      `The search path of user ${address.user} names no schema of the database ${address.database} to make tables in.`,
      {
        code: 'database-schema-missing',
        hint: 'Create the schema, or set search_path by the option options of the database URL.',
        ...details,
      },
    ),
  'read-only': (address, details) =>
    new UserError(`${capital(formatServer(address))} takes no changes.`, {
      code: 'database-not-writable',
      hint: 'Name the primary server in the database URL, not a replica.',
      ...details,
    }),
  'without-tls': (address, details) =>
    new UserError(`${capital(formatServer(address))} does not speak TLS.`, {
      code: 'database-without-tls',
      hint: 'Switch TLS on there, or change the mode of TLS in the database URL.',
      ...details,
    }),
  certificate: (address, details) =>
    new UserError(`The certificate of ${formatServer(address)} is not trusted.`, {
      code: 'database-certificate-refused',
      hint: 'Name the file of the authority that signed it in the database URL (sslrootcert for PostgreSQL, ssl-ca for MySQL and MariaDB).',
      detail: reason(details.cause),
      cause: details.cause,
    }),
  locked: (address, details) =>
    new ServiceError(`Another process keeps a lock in ${formatServer(address)} for too long.`, {
      code: 'database-locked',
      hint: 'Wait until that process is done, or end it.',
      ...details,
    }),
  slow: (address, details) =>
    new ServiceError(`${capital(formatServer(address))} took too long to answer.`, {
      code: 'database-timeout',
      hint: 'Look at what the server is doing, and run the command again.',
      ...details,
    }),
  full: (address, details) =>
    new ServiceError(`${capital(formatServer(address))} has no space left.`, {
      code: 'database-full',
      hint: 'Free space there.',
      ...details,
    }),
  conflict: (address, details) =>
    new ServiceError(
      `${capital(formatServer(address))} had to end a transaction for another one.`,
      {
        code: 'database-conflict',
        hint: 'Run the command again.',
        ...details,
      },
    ),
  'too-long': (address, details) =>
    new UserError(`A name is too long for the tables in ${formatServer(address)}.`, {
      code: 'database-name-too-long',
      hint: 'Shorten the name of the context in the kubeconfig; 400 characters fit.',
      ...details,
    }),
} as const satisfies Record<string, Explanation>;

/** An error for a person. */
export function serverError(
  trouble: Trouble,
  address: ServerAddress,
  details: Details,
): SisyphusError {
  return EXPLANATIONS[trouble](address, details);
}

/** Refuses a server that is too old. */
export function tooOld(address: ServerAddress, found: string, needed: string): UserError {
  return new UserError(
    `${capital(formatServer(address))} has version ${found}; Sisyphus needs ${needed} or newer.`,
    { code: 'database-too-old', hint: 'Upgrade the server, or use another one.' },
  );
}

/** Node's codes for a peer that cannot be reached: https://nodejs.org/api/errors.html */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name of the host is unknown',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'there is no such socket',
  EACCES: 'the socket may not be opened',
  EHOSTUNREACH: 'no route leads to the host',
  ENETUNREACH: 'no route leads to the network',
  EHOSTDOWN: 'the host is down',
  ETIMEDOUT: 'it does not answer',
};

const LOST = ['ECONNRESET', 'EPIPE', 'ECONNABORTED'];

/** OpenSSL's and Node's codes for a certificate that fails its check. */
const CERTIFICATE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** What Node's network and TLS errors mean; undefined for any other error. */
export function networkTrouble(error: unknown): Trouble | undefined {
  const code = codeOf(error);
  if (Object.hasOwn(UNREACHABLE, code)) return 'unreachable';
  if (LOST.includes(code)) return 'lost';
  return CERTIFICATE.test(code) ? 'certificate' : undefined;
}

/** An error's `code`; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reason(cause: unknown): string {
  return UNREACHABLE[codeOf(cause)] ?? (cause instanceof Error ? cause.message : 'unknown');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
