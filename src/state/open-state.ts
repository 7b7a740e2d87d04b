import { databaseState } from './database-state.ts';
import { type DatabaseAddress, parseDatabaseUrl } from './database-url.ts';
import type { Database } from './dialect.ts';
import { type LeaseTimings, leaseTimings } from './lease-timings.ts';
import { type MigrationListener, migrate } from './migrate.ts';
import type { Actor, State } from './port.ts';
import { recoveryPath } from './recovery-path.ts';
import { type Session, sessionFor } from './session.ts';

/** Which database to open, and for whom. */
interface StateOptions {
  /** See `parseDatabaseUrl`. */
  readonly url: string;
  readonly actor: Actor;
  /** Hears when a database of the Original was adopted; nobody does where it is left out. */
  readonly adopted?: MigrationListener['adopted'];
  /** How long leases last, where not as usual. */
  readonly leaseTimings?: LeaseTimings;
}

/**
 * Opens the database and migrates it; a SQLite file is made where there is none. The database's
 * packages are loaded here, so that commands that need no database start without them.
 * @throws UserError when the URL or what it points at is no database of ours; ServiceError when the
 *   database is there but does not serve
 */
export async function openState(options: StateOptions): Promise<State> {
  const address = parseDatabaseUrl(options.url);
  const database = await openDatabase(address, sessionFor(options.actor));
  try {
    await migrate(database, { adopted: options.adopted ?? (() => undefined) });
  } catch (error) {
    await database.db.destroy();
    throw error;
  }
  return databaseState(database, {
    actor: options.actor,
    leaseTimings: options.leaseTimings ?? leaseTimings(),
    recoveryFile: recoveryPath(address),
  });
}

/** Opens a database as it is. */
export async function openDatabase(address: DatabaseAddress, session: Session): Promise<Database> {
  switch (address.type) {
    case 'sqlite':
      return (await import('./sqlite.ts')).openSqlite(address.path, session);
    case 'postgres':
      return (await import('./postgres.ts')).openPostgres(address, session);
    case 'mysql':
      return (await import('./mysql.ts')).openMysql(address, session);
  }
}
