import { Migrator } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import { InternalError, SisyphusError, UserError } from '../model/errors.ts';
import type { Database } from './dialect.ts';

const DONE_TABLE = 'sisyphus_migrations';
const LOCK_TABLE = 'sisyphus_migrations_lock';

/**
 * Brings the tables to what this version needs, under the database's lock. When nothing is to do it
 * costs one query.
 * @throws UserError `database-too-new` when a newer version migrated the database
 */
export async function migrate(database: Database): Promise<void> {
  if (await isUpToDate(database)) return;
  const migrator = new Migrator({
    db: database.db,
    provider: { getMigrations: async () => bound(database) },
    migrationTableName: DONE_TABLE,
    migrationLockTableName: LOCK_TABLE,
    // Kysely orders what was done by the clocks of the machines that did it, which may disagree.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof SisyphusError) throw error;
  throw new InternalError('a migration of the database failed', error);
}

async function isUpToDate(database: Database): Promise<boolean> {
  const done = await doneMigrations(database);
  const unknown = done.find((name) => !Object.hasOwn(migrations, name));
  if (unknown !== undefined) {
    throw new UserError(
      `The database was written by a newer version of Sisyphus: its migration ${unknown} is unknown here.`,
      { code: 'database-too-new', hint: 'Use that version or a later one.' },
    );
  }
  return done.length === Object.keys(migrations).length;
}

async function doneMigrations({ db, dialect }: Database): Promise<string[]> {
  try {
    const table = db.withTables<{ [DONE_TABLE]: { name: string } }>();
    const rows = await table.selectFrom(DONE_TABLE).select('name').execute();
    return rows.map((row) => row.name);
  } catch (error) {
    if (dialect.isMissingTable(error)) return [];
    throw error;
  }
}

function bound({ dialect }: Database) {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [
      name,
      { up: (db: Parameters<typeof up>[0]) => up(db, dialect) },
    ]),
  );
}
