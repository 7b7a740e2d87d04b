import { databaseState } from './database-state.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { Actor, State } from './port.ts';

/** Which database to open, and for whom. */
interface StateOptions {
  /** See `parseDatabaseUrl`. */
  readonly url: string;
  readonly actor: Actor;
}

/**
 * Opens the database, makes it where there is none, and migrates it. The database's packages are
 * loaded here, so that commands that need no database start without them.
 * @throws UserError when the URL or what it points at is no database of ours; ServiceError when the
 *   database is there but does not serve
 */
export async function openState({ url, actor }: StateOptions): Promise<State> {
  const { path } = parseDatabaseUrl(url);
  const { openSqlite } = await import('./sqlite.ts');
  const { migrate } = await import('./migrate.ts');
  const database = await openSqlite(path);
  try {
    await migrate(database);
  } catch (error) {
    await database.db.destroy();
    throw error;
  }
  return databaseState(database, actor);
}
