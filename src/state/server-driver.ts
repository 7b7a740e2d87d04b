import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import { NoAnswer, within } from './deadline.ts';

/** A kind of server, as its package speaks to it. */
export interface Server {
  /** Opens a connection and sets its session up. */
  connect(): Promise<ServerConnection>;
  /** The package's error as one for a person; as it is where a person can do nothing. */
  explain(error: unknown): unknown;
  /** True when a connection cannot be used after this error. */
  isFatal(error: unknown): boolean;
}

/** One connection, as its package gives it. */
export interface ServerConnection {
  query(sql: string, parameters: readonly unknown[]): Promise<ServerResult>;
  /** False once either side has closed it. */
  isOpen(): boolean;
  /** Takes leave of the server. */
  close(): Promise<void>;
  /** Drops the connection at once. */
  destroy(): void;
}

/** What a statement gave. */
export interface ServerResult {
  readonly rows: unknown[];
  /** How many rows a change found. */
  readonly affected?: number | undefined;
}

/** How long a session waits. */
export interface Limits {
  /** For one statement, the wait for locks included; the server itself ends it then. */
  readonly statementMs: number;
  /** How much longer for a server that says nothing at all. */
  readonly graceMs: number;
  /** For one lock. */
  readonly lockMs: number;
}

/** The limits in force; migrations change them for a while. */
export interface Patience {
  limits: Limits;
}

/** The limits of everyday work, where every statement touches a few rows. */
export const WORK_LIMITS: Limits = { statementMs: 30_000, graceMs: 5_000, lockMs: 20_000 };

/** The limits of migrations, which may rewrite tables and wait for another process that does. */
export const MIGRATION_LIMITS: Limits = {
  statementMs: 900_000,
  graceMs: 5_000,
  lockMs: 600_000,
};

/** A push writes in one transaction at a time, beside which somebody may read. */
const CONNECTIONS = 2;

const CLOSE_MS = 2_000;

/**
 * Kysely's driver over a few connections to a server. They are opened when they are needed and kept;
 * one that fails is dropped, and the next statement gets another.
 */
export class ServerDriver implements Driver {
  readonly #server: Server;
  readonly #patience: Patience;
  readonly #idle: WorkingConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #free = CONNECTIONS;

  constructor(server: Server, patience: Patience) {
    this.#server = server;
    this.#patience = patience;
  }

  async init(): Promise<void> {
    // Connections are opened when they are needed.
  }

  async acquireConnection(): Promise<WorkingConnection> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isUsable()) return idle;
    }
    try {
      const connection = await this.#server.connect();
      return new WorkingConnection(connection, this.#server, this.#patience);
    } catch (error) {
      this.#makeRoom();
      throw this.#server.explain(error);
    }
  }

  /** Sessions are set to the isolation that this program wants, `read committed`. */
  async beginTransaction(connection: WorkingConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: WorkingConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  /** The server itself rolls back what a lost connection left; asking it would hide the error. */
  async rollbackTransaction(connection: WorkingConnection): Promise<void> {
    if (connection.isUsable()) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: WorkingConnection): Promise<void> {
    if (connection.isUsable()) this.#idle.push(connection);
    else connection.destroy();
    this.#makeRoom();
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
  }

  #makeRoom(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

class WorkingConnection implements DatabaseConnection {
  readonly #connection: ServerConnection;
  readonly #server: Server;
  readonly #patience: Patience;
  #failed = false;

  constructor(connection: ServerConnection, server: Server, patience: Patience) {
    this.#connection = connection;
    this.#server = server;
    this.#patience = patience;
  }

  isUsable(): boolean {
    return !this.#failed && this.#connection.isOpen();
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { statementMs, graceMs } = this.#patience.limits;
    try {
      const { rows, affected } = await within(
        statementMs + graceMs,
        this.#connection.query(sql, parameters),
      );
      return {
        rows: rows as R[],
        ...(affected !== undefined && { numAffectedRows: BigInt(affected) }),
      };
    } catch (error) {
      this.#failed ||= error instanceof NoAnswer || this.#server.isFatal(error);
      throw this.#server.explain(error);
    }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('no query of this program streams');
  }

  async close(): Promise<void> {
    await within(CLOSE_MS, this.#connection.close()).catch(() => this.destroy());
  }

  destroy(): void {
    this.#connection.destroy();
  }
}
