import type { Database } from './dialect.ts';
import { elapsedMs, type Moment, now } from './elapsed.ts';
import { LeaseLostError } from './errors.ts';
import { deleteLease, prolongLease } from './lease-table.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { EntryId, Lease, LeaseScope } from './port.ts';

/** What a lease was given for, and when. */
interface Grant {
  readonly fence: number;
  readonly scope: LeaseScope;
  /** Before the database was asked. */
  readonly asked: Moment;
}

/**
 * A lease in hand. It counts as held until its time has passed since the last request that prolonged
 * it was sent. The database counts from when that request arrived, so this side notices the end before
 * anybody else can get the lease. Once lost it stays lost.
 */
export class HeldLease implements Lease {
  readonly fence: number;
  readonly scope: LeaseScope;
  readonly #database: Database;
  readonly #ttlMs: number;
  readonly #beat: NodeJS.Timeout;
  #prolonged: Moment;
  #trouble: unknown;
  #lost: LeaseLostError | undefined;
  #released = false;
  #entries = 0;

  constructor(database: Database, { fence, scope, asked }: Grant, timings: LeaseTimings) {
    this.fence = fence;
    this.scope = scope;
    this.#database = database;
    this.#ttlMs = timings.ttlMs;
    this.#prolonged = asked;
    this.#beat = setInterval(() => void this.#prolong(), timings.renewEveryMs).unref();
  }

  get id(): string {
    return String(this.fence);
  }

  get released(): boolean {
    return this.#released;
  }

  check(): void {
    if (this.#lost !== undefined) throw this.#lost;
    if (elapsedMs(this.#prolonged) < this.#ttlMs) return;
    throw this.lose('it could not be prolonged in time', this.#trouble);
  }

  /** Ends the lease on this side. @returns the error for whoever wants to write from now on */
  lose(why: string, cause?: unknown): LeaseLostError {
    clearInterval(this.#beat);
    this.#lost ??= new LeaseLostError(this.id, why, cause);
    return this.#lost;
  }

  /** A name for the next change that is made under this lease. */
  nextEntry(): EntryId {
    this.#entries += 1;
    return { lease: this.fence, number: this.#entries };
  }

  async release(): Promise<void> {
    this.#released = true;
    this.lose('it was given back');
    // A database that is away will find that the lease has run out.
    await deleteLease(this.#database, this.fence).catch(() => false);
  }

  /** What fails is tried again with the next beat, until the time has run out. */
  async #prolong(): Promise<void> {
    try {
      this.check();
      const sent = now();
      if (!(await prolongLease(this.#database, this.fence, this.#ttlMs))) {
        this.lose('it was ended by force, or somebody took it over');
      } else if (sent.monotonicMs > this.#prolonged.monotonicMs) {
        this.#prolonged = sent;
      }
    } catch (error) {
      this.#trouble = error;
    }
  }
}
