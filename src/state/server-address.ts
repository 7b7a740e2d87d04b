import type { Password } from './password.ts';

/** How a connection is encrypted and whom it trusts, by libpq's names. */
export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** What a URL says about TLS. Files are PEM. */
export interface TlsChoice {
  readonly mode: TlsMode;
  /** The authorities to trust, instead of the public ones. */
  readonly caFile?: string;
  /** The certificate to log in with, and its key. */
  readonly certificateFile?: string;
  readonly keyFile?: string;
}

/** A database on a server, and how to get in. */
export interface ServerAddress {
  readonly type: 'postgres' | 'mysql';
  /** The server's kind as its users call it. */
  readonly product: 'PostgreSQL' | 'MySQL' | 'MariaDB';
  /** A name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** A Unix socket instead of host and port: PostgreSQL's folder of it, MySQL's file. */
  readonly socket?: string;
  readonly user: string;
  readonly password?: Password;
  readonly database: string;
  readonly tls: TlsChoice;
  readonly connectTimeoutMs: number;
  /** PostgreSQL's command-line options for the session, such as `-c search_path=deploy`. */
  readonly options?: string;
}

/** Where the server is, for a person: `db.example:5432`. */
export function formatServer({ product, host, port, socket }: ServerAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `the ${product} server ${socket ?? `${name}:${port}`}`;
}
