import { databaseState } from './database-state.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { LEASE_TIMINGS, type LeaseTimings } from './lease-timings.ts';
import type { Actor, State } from './port.ts';
import { recoveryPath } from './recovery-path.ts';

/** Which database to open, and for whom. */
interface StateOptions {
  /** See `parseDatabaseUrl`. */
  readonly url: string;
  readonly actor: Actor;
  /** How long leases last; others than the usual are for tests. */
  readonly leaseTimings?: LeaseTimings;
}

/**
 * Opens the database, makes it where there is none, and migrates it. The database's packages are
 * loaded here, so that commands that need no database start without them.
 * @throws UserError when the URL or what it points at is no database of ours; ServiceError when the
 *   database is there but does not serve
 */
export async function openState(options: StateOptions): Promise<State> {
  const address = parseDatabaseUrl(options.url);
  const { path } = address;
  const { openSqlite } = await import('./sqlite.ts');
  const { migrate } = await import('./migrate.ts');
  const database = await openSqlite(path);
  try {
    await migrate(database);
  } catch (error) {
    await database.db.destroy();
    throw error;
  }
  return databaseState(database, {
    actor: options.actor,
    leaseTimings: options.leaseTimings ?? LEASE_TIMINGS,
    recoveryFile: recoveryPath(address),
  });
}
