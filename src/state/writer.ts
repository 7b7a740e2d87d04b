import { InternalError } from '../model/errors.ts';
import { acquireLease } from './acquire-lease.ts';
import type { Database } from './dialect.ts';
import type { HeldLease } from './held-lease.ts';
import { pinLease } from './lease-table.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { LeaseRequest } from './port.ts';

/** The one way to write: in a transaction that makes sure of the lease first. */
export class Writer {
  readonly #database: Database;
  readonly #username: string;
  readonly #timings: LeaseTimings;
  #lease: HeldLease | undefined;

  constructor(database: Database, username: string, timings: LeaseTimings) {
    this.#database = database;
    this.#username = username;
    this.#timings = timings;
  }

  /** The lease in hand. @throws InternalError where there is none */
  get lease(): HeldLease {
    if (this.#lease !== undefined && !this.#lease.released) return this.#lease;
    throw new InternalError('the database was to be written without a lease');
  }

  /** See `State.acquire`. */
  async acquire(request: LeaseRequest): Promise<HeldLease> {
    if (this.#lease?.released === false) throw new InternalError('there is a lease already');
    this.#lease = await acquireLease(this.#database, this.#username, request, this.#timings);
    return this.#lease;
  }

  /**
   * Runs a transaction. The lease cannot pass to anybody else before it is over.
   * @throws LeaseLostError where it was lost before; then the transaction does nothing
   */
  async write<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const { lease } = this;
    lease.check();
    return await this.#database.db.transaction().execute(async (db) => {
      if (!(await pinLease({ ...this.#database, db }, lease.fence))) {
        throw lease.lose('the database does not know it any more');
      }
      return await work({ ...this.#database, db });
    });
  }

  async close(): Promise<void> {
    if (this.#lease?.released === false) await this.#lease.release();
    await this.#database.db.destroy();
  }
}
