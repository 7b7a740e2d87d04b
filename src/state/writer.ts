import { setImmediate, setTimeout } from 'node:timers/promises';
import { InternalError } from '../model/errors.ts';
import { acquireLease } from './acquire-lease.ts';
import type { Database } from './dialect.ts';
import type { HeldLease } from './held-lease.ts';
import { pinLease } from './lease-table.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { LeaseRequest } from './port.ts';

/** Something to be written; `run` gives what tells whoever waits that it is. */
interface Work {
  readonly run: (database: Database) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/** Commits begin so far apart. Where many changes are under way, each then takes more of them. */
const COMMIT_EVERY_MS = 10;

/** The one way to write: in a transaction that makes sure of the lease first. */
export class Writer {
  readonly #database: Database;
  readonly #username: string;
  readonly #timings: LeaseTimings;
  readonly #pending: Work[] = [];
  #isWriting = false;
  #committedAtMs = Number.NEGATIVE_INFINITY;
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
   * Writes in a transaction, together with whatever else is to be written at about the same time: to commit
   * and sync the disk costs more than all the statements of a change. The lease cannot pass to anybody else
   * before the transaction is over.
   *
   * @throws LeaseLostError where it was lost before; then nothing is written
   */
  async write<T>(work: (database: Database) => Promise<T>): Promise<T> {
    this.lease.check();
    return await new Promise<T>((resolve, reject) => {
      const run = async (database: Database) => {
        const result = await work(database);
        return () => resolve(result);
      };
      this.#pending.push({ run, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    // Everything that is ready now has its turn.
    await setImmediate();
    while (this.#pending.length > 0) {
      await this.#pace();
      const batch = this.#pending.splice(0);
      // One work's failure is not the others': then each gets a transaction of its own.
      if (await this.#commit(batch)) continue;
      for (const work of batch) await this.#commit([work]);
    }
    // Without a pause since the last look, or what came meanwhile would wait for ever.
    this.#isWriting = false;
  }

  async #pace(): Promise<void> {
    const leftMs = this.#committedAtMs + COMMIT_EVERY_MS - performance.now();
    if (leftMs > 0) await setTimeout(leftMs);
    this.#committedAtMs = performance.now();
  }

  /**
   * Writes all of the batch or nothing, and tells those who wait.
   * @returns false where one of several works failed, so that each has to be tried alone
   */
  async #commit(batch: readonly Work[]): Promise<boolean> {
    const done: (() => void)[] = [];
    try {
      const { lease } = this;
      await this.#database.db.transaction().execute(async (db) => {
        const database = { ...this.#database, db };
        if (!(await pinLease(database, lease.fence))) {
          throw lease.lose('the database does not know it any more');
        }
        for (const { run } of batch) done.push(await run(database));
      });
    } catch (error) {
      // A commit that failed may have had its effect all the same, so it is not tried again.
      const isCommit = done.length === batch.length;
      if (batch.length > 1 && !isCommit) return false;
      for (const { reject } of batch) reject(error);
      return true;
    }
    for (const resolve of done) resolve();
    return true;
  }

  async close(): Promise<void> {
    if (this.#lease?.released === false) await this.#lease.release();
    await this.#database.db.destroy();
  }
}
