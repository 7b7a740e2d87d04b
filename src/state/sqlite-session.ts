import type BetterSqlite3 from 'better-sqlite3';
import type { Session } from './session.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** Holds one row inside a transaction of this program, and none at any other time. */
export const SESSION_TABLE = 'sisyphus_session';

/**
 * Tells the audit's triggers who is at work. SQLite has no variables of a connection that a trigger
 * could read, and functions of this program would be missing in every other one. So each transaction
 * begins by writing a row and ends by removing it: nobody else ever sees it, and while it is there
 * nobody else can write.
 */
export class SqliteSession {
  /** What was committed does not survive a power cut before this is synced. */
  readonly log: WriteAheadLog;
  readonly #file: BetterSqlite3.Database;
  readonly #session: Session;
  readonly #begin: BetterSqlite3.Statement<[]>;
  readonly #commit: BetterSqlite3.Statement<[]>;
  readonly #busyTimeoutMs: number;
  #isPatient = true;
  #statements: Statements | undefined;

  /** @param busyTimeoutMs how long `file` waits for another process' lock */
  constructor(file: BetterSqlite3.Database, session: Session, busyTimeoutMs: number) {
    this.log = new WriteAheadLog(file.name);
    this.#file = file;
    this.#session = session;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#begin = file.prepare('begin immediate');
    this.#commit = file.prepare('commit');
  }

  /** Takes the write lock at once: one taken after a read fails instead of waiting for its turn. */
  begin(): void {
    this.log.assertSound();
    this.#lock();
    this.#find()?.write.run(this.#session);
  }

  /** Without the sync of the log. */
  commit(): void {
    this.#find()?.remove.run();
    this.#commit.run();
  }

  /** SQLite rolls back by itself on errors such as a full disk; a second time would hide the error. */
  rollback(): void {
    // The table may have been made in this very transaction.
    this.#statements = undefined;
    if (this.#file.inTransaction) this.#file.exec('rollback');
  }

  /** Runs one statement that changes rows: in the transaction under way, else in one of its own. */
  change<T>(run: () => T): T {
    if (this.#file.inTransaction) return run();
    this.begin();
    try {
      const result = run();
      this.commit();
      this.log.syncNow();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Once it has waited in vain it waits no more, or each of a push's many changes would. */
  #lock(): void {
    try {
      this.#begin.run();
      this.#wait(true);
    } catch (error) {
      this.#wait(false);
      throw error;
    }
  }

  #wait(isPatient: boolean): void {
    if (this.#isPatient === isPatient) return;
    this.#file.pragma(`busy_timeout = ${isPatient ? this.#busyTimeoutMs : 0}`);
    this.#isPatient = isPatient;
  }

  /** The table is missing until the migration that makes it. */
  #find(): Statements | undefined {
    this.#statements ??= prepare(this.#file);
    return this.#statements;
  }
}

interface Statements {
  readonly write: BetterSqlite3.Statement<[Session]>;
  readonly remove: BetterSqlite3.Statement<[]>;
}

function prepare(file: BetterSqlite3.Database): Statements | undefined {
  const table = file.prepare(`select 1 from sqlite_schema where name = '${SESSION_TABLE}'`).get();
  if (table === undefined) return undefined;
  return {
    write: file.prepare(
      `insert into ${SESSION_TABLE} (application_name, user_id, username)
        values (@application, @userId, @username)`,
    ),
    remove: file.prepare(`delete from ${SESSION_TABLE}`),
  };
}
