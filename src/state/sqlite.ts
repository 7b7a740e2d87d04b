import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { Kysely } from 'kysely';
import type { Database } from './dialect.ts';
import type { Session } from './session.ts';
import { fileDialect, SQLITE } from './sqlite-dialect.ts';
import { loadDriver, openFile } from './sqlite-driver.ts';
import { explained, isLocked } from './sqlite-errors.ts';
import { SqliteSession } from './sqlite-session.ts';

const BUSY_TIMEOUT_MS = 5_000;
const RETRY_MS = 10;
/** 32 MiB: a checkpoint waits for the disk while nothing else happens, and a push rarely needs one. */
const CHECKPOINT_PAGES = 8_192;

/**
 * Opens a SQLite file, or makes one that only its owner may read.
 * @param busyTimeoutMs how long every statement waits for another process' lock
 * @throws UserError or ServiceError that names the path
 */
export async function openSqlite(
  path: string,
  session: Session,
  busyTimeoutMs = BUSY_TIMEOUT_MS,
): Promise<Database> {
  const Driver = await loadDriver();
  explained(path, () => makePrivateFile(path));
  const file = explained(path, () => openFile(Driver, path, busyTimeoutMs));
  try {
    await switchToWriteAheadLog(file, busyTimeoutMs);
    explained(path, () => configure(file));
  } catch (error) {
    file.close();
    throw error;
  }
  const dialect = fileDialect(file, new SqliteSession(file, session, busyTimeoutMs));
  return { db: new Kysely({ dialect }), dialect: SQLITE };
}

/**
 * Opens a SQLite file that nothing is written to.
 * @param shown how errors name it
 */
export async function openSqliteToRead(
  path: string,
  shown: string,
  session: Session,
): Promise<Database> {
  const Driver = await loadDriver();
  const file = explained(shown, () => openFile(Driver, path, 0, true));
  try {
    // SQLite looks at a file when it is first asked.
    await patiently(BUSY_TIMEOUT_MS, () => explained(shown, () => file.pragma('schema_version')));
    file.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  } catch (error) {
    file.close();
    throw error;
  }
  const dialect = fileDialect(file, new SqliteSession(file, session, BUSY_TIMEOUT_MS));
  return { db: new Kysely({ dialect }), dialect: SQLITE };
}

/**
 * Waits, as long as a statement does, until no other process writes to a file. Writes nothing.
 * @throws ServiceError `database-locked`
 */
export async function awaitWriters(path: string): Promise<void> {
  const Driver = await loadDriver();
  const file = explained(path, () => openFile(Driver, path, 0));
  try {
    const take = () => explained(path, () => file.exec('BEGIN IMMEDIATE; ROLLBACK'));
    await patiently(BUSY_TIMEOUT_MS, take);
  } finally {
    file.close();
  }
}

function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** SQLite does not wait for its timeout when two processes change the mode of a file at once. */
async function switchToWriteAheadLog(
  file: BetterSqlite3.Database,
  busyTimeoutMs: number,
): Promise<void> {
  const change = () => explained(file.name, () => file.pragma('journal_mode = wal'));
  await patiently(busyTimeoutMs, change);
}

/** Tries again while another process has a lock; SQLite's own waiting stops this whole process. */
async function patiently(timeoutMs: number, action: () => unknown): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      action();
      return;
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw error;
    }
    await setTimeout(RETRY_MS);
  }
}

/**
 * `normal` leaves the sync of the write-ahead log to us: without one a power cut may take a commit back,
 * and an object that was applied and then forgotten would never be deleted again (see `FileDriver`).
 */
function configure(file: BetterSqlite3.Database): void {
  file.pragma('synchronous = normal');
  file.pragma('foreign_keys = on');
  file.pragma('secure_delete = on');
  file.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}
