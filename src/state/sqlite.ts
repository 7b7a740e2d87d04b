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
  const dialect = fileDialect(file, new SqliteSession(file, session));
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
  const file = explained(shown, () => openFile(Driver, path, BUSY_TIMEOUT_MS, true));
  try {
    // SQLite looks at a file when it is first asked.
    explained(shown, () => file.pragma('schema_version'));
  } catch (error) {
    file.close();
    throw error;
  }
  const dialect = fileDialect(file, new SqliteSession(file, session));
  return { db: new Kysely({ dialect }), dialect: SQLITE };
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
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      explained(file.name, () => file.pragma('journal_mode = wal'));
      return;
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw error;
    }
    await setTimeout(RETRY_MS);
  }
}

/**
 * `full` makes a commit survive a power cut, which `normal` does not in this mode: an object that
 * was applied and then forgotten would never be deleted again. It costs one sync for each commit,
 * which transactions do for themselves (see `FileDriver`).
 */
function configure(file: BetterSqlite3.Database): void {
  file.pragma('synchronous = full');
  file.pragma('foreign_keys = on');
  file.pragma('secure_delete = on');
  file.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}
