import type { DeclarationId } from '../model/declaration.ts';
import type { UserError } from '../model/errors.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import type { Pause } from '../model/pause.ts';
import type { RecordedObject } from '../model/record.ts';

/** Who changes the database. */
export interface Actor {
  /** `SISYPHUS_USERNAME`, else the login name. */
  readonly username: string;
  /** `SISYPHUS_USER_ID`, where it is set. */
  readonly userId?: string;
}

/** One entry of an object's history: an attempt to roll an image out. */
export interface HistoryEntry {
  readonly key: ObjectKey;
  /** The config image's resolved reference. */
  readonly image: string;
  readonly outcome: 'succeeded' | 'failed';
  /** What was sent. */
  readonly manifest?: Manifest;
}

/** An attempt as the history tells it. */
export interface PastEntry extends Omit<HistoryEntry, 'outcome'> {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly username?: string;
  /** Undefined where nobody noted it. */
  readonly outcome?: HistoryEntry['outcome'];
}

/**
 * What a command may touch; an empty list leaves that part open. Two scopes overlap unless their
 * clusters or their namespaces are disjoint.
 */
export interface LeaseScope {
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
}

/** A lease as everybody sees it. */
export interface LeaseHolder {
  readonly id: string;
  readonly username: string;
  readonly host: string;
  readonly pid: number;
  readonly scope: LeaseScope;
  /** ISO 8601 in UTC, by the database's clock. */
  readonly since: string;
  readonly expiresAt: string;
}

/** What a look at a database tells. */
export interface DatabaseFacts {
  /** Where it is, for a person, without a password. */
  readonly place: string;
  /** Undefined where there is no database yet; the first push makes it. */
  readonly contents?: {
    /** Migrations that the next command runs; where there are any, nothing else is told. */
    readonly pending: number;
    /** The monitor directory that it serves. */
    readonly repository?: string;
    readonly objects: number;
    /** What is wrong with records that cannot be read: a plan stumbles over one only when its object changes. */
    readonly unreadable: readonly UserError[];
    readonly leases: readonly LeaseHolder[];
  };
}

/** What a lease is asked for with. */
export interface LeaseRequest {
  readonly scope: LeaseScope;
  /** How long to wait for other holders; 0 for not at all. */
  readonly waitMs: number;
  /** Hears once of each lease that has to be waited for. */
  readonly onWait: (holder: LeaseHolder) => void;
  /** Ends the waiting when it aborts. */
  readonly signal?: AbortSignal;
}

/** The right to write, for a time that is prolonged by itself. */
export interface Lease {
  readonly id: string;

  /**
   * Call it right before every write to a cluster.
   *
   * @throws LeaseLostError unless the lease is surely held at this moment
   */
  check(): void;

  /** Gives the lease back. Where the database does not answer, it runs out by itself. */
  release(): Promise<void>;
}

/** Names an entry of the journal. */
export interface EntryId {
  /** The number of the lease under which it was begun. */
  readonly lease: number;
  readonly number: number;
}

/** A change that was begun and of which the database does not know the end. */
export interface JournalEntry extends Intent {
  readonly id: EntryId;
  /** ISO 8601 in UTC. */
  readonly begunAt: string;
}

/** What is recorded with an object, all of it or nothing. */
export interface RecordOptions {
  /** The key under which the object was known so far. */
  readonly replaces?: ObjectKey;
  /** The journal's entry that this completes. */
  readonly entry?: EntryId;
  /** The config image that was rolled out with it; the history notes its success. */
  readonly image?: string;
  /** What was rolled out, for the history, where the record does not say it was sent. */
  readonly manifest?: Manifest;
}

/**
 * What the database remembers. Nothing given to it holds a Secret's value.
 *
 * Reading is free. Every method that writes needs the lease, and is one transaction that also looks
 * whether the lease is still held: it throws LeaseLostError and writes nothing otherwise. One State
 * holds one lease at a time.
 *
 * A change of a cluster is `begin`, the change itself, and then one of `record`, `forget` and
 * `abandon` with the entry. When one of these cannot reach the database, it keeps the outcome in a file
 * and throws ServiceError `outcome-saved`, which says so; `mergeSaved` brings it home later.
 */
export interface State {
  /**
   * Waits for the right to write. A lease that ran out is taken over as soon as nothing that its
   * holder sent can be under way any more; at once where the holder's process is surely gone.
   *
   * @throws UserError `lease-held` when somebody else holds an overlapping one for longer than `waitMs`
   * @throws ServiceError `interrupted` when the signal aborts
   */
  acquire(request: LeaseRequest): Promise<Lease>;

  /** Every lease, the oldest first, those that ran out and were not taken over yet included. */
  leases(): Promise<readonly LeaseHolder[]>;

  /**
   * Ends a lease by force. Its holder can write nothing to the database any more, and notices before
   * its next change.
   *
   * @returns false where there is no such lease
   */
  unlock(id: string): Promise<boolean>;

  /** Notes in the journal what is about to be changed. */
  begin(intent: Intent): Promise<EntryId>;

  /**
   * Completes an entry whose change surely did not happen, or whose end is found to be nothing that
   * `record` or `forget` would have to write; with an attempt that failed for the history.
   */
  abandon(entry: EntryId, failed?: HistoryEntry): Promise<void>;

  /**
   * What writers that are gone left open, in the order in which it was begun, as far as the scope
   * reaches (without one: all of it). Every entry has to be completed before its object is changed again.
   */
  inFlight(scope?: LeaseScope): Promise<readonly JournalEntry[]>;

  /**
   * Takes outcomes into the database that an earlier command on this machine had to keep in a file,
   * as far as the lease reaches; what was completed otherwise meanwhile is dropped. To be called
   * before `inFlight`.
   *
   * @returns how many outcomes it took over
   * @throws UserError `damaged-recovery-file`
   */
  mergeSaved(): Promise<number>;

  /** Every tracked object. */
  objects(): Promise<readonly RecordedObject[]>;

  /** Records an applied object in place of what was known under its key or under `replaces`. */
  record(object: RecordedObject, options?: RecordOptions): Promise<void>;

  /** Drops an object. */
  forget(key: ObjectKey, entry?: EntryId): Promise<void>;

  /** Notes that another declaration makes an object from now on. */
  claim(key: ObjectKey, declaration: DeclarationId): Promise<void>;

  /** Appends to the history. */
  addHistory(entry: HistoryEntry): Promise<void>;

  /**
   * What was attempted with objects of a kind, namespace and name, of every cluster and version of the
   * API, the newest first.
   *
   * @param limit how many attempts of each cluster
   */
  history(
    object: Pick<ObjectKey, 'kind' | 'namespace' | 'name'>,
    limit: number,
  ): Promise<readonly PastEntry[]>;

  /** Every paused declaration. */
  pauses(): Promise<readonly Pause[]>;

  /** Pauses a declaration from now on; a pause that there is gets the reason and who gave it. */
  pause(declaration: DeclarationId, reason: string): Promise<void>;

  /** Ends a pause; nothing happens where there is none. */
  resume(declaration: DeclarationId): Promise<void>;

  /** The monitor directory this database serves; undefined in a new one. */
  repository(): Promise<string | undefined>;

  /** Makes this database serve a monitor directory. */
  setRepository(identity: string): Promise<void>;

  /** Releases the lease, if there is one, and closes the database. */
  close(): Promise<void>;
}
