import { Migrator } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import { columnsOf } from '../../migrations/missing.ts';
import { InternalError, SisyphusError, UserError } from '../model/errors.ts';
import type { Database } from './dialect.ts';
import { rewriteOnce } from './rewrite-once.ts';
import { isAdopted, REWRITTEN } from './settings.ts';

const DONE_TABLE = 'sisyphus_migrations';
const LOCK_TABLE = 'sisyphus_migrations_lock';

/** Hears of what a migration did that a person should know. */
export interface MigrationListener {
  /**
   * A database of the Original was adopted, and values of Secrets were removed from it.
   *
   * @param isComplete false where somebody still reads, and so the database's files have to keep the
   *   values; the next command removes them
   */
  adopted(isComplete: boolean): void;
}

/**
 * Brings the tables to what this version needs, under the database's lock. When nothing is to do it
 * costs one query. Whatever is cut off is done by the next call.
 * @throws UserError `database-too-new` when a newer version migrated the database
 */
export async function migrate(database: Database, listener: MigrationListener): Promise<void> {
  if ((await pendingMigrations(database)) === 0) return;
  const isNew = (await columnsOf(database.db, 'kubernetes_objects')) === undefined;
  await migrateTables(database);
  const rewritten = await rewriteOnce(database, LOCK_TABLE, isNew);
  if (rewritten !== 'before' && (await isAdopted(database))) {
    listener.adopted(rewritten === 'now');
  }
}

async function migrateTables(database: Database): Promise<void> {
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

/**
 * How many steps a database lacks: migrations, and writing tables anew after them.
 * @throws UserError `database-too-new`
 */
export async function pendingMigrations(database: Database): Promise<number> {
  const done = await doneMigrations(database);
  const unknown = done.find((name) => name !== REWRITTEN && !Object.hasOwn(migrations, name));
  if (unknown !== undefined) {
    throw new UserError(
      `The database was written by a newer version of Sisyphus: its migration ${unknown} is unknown here.`,
      { code: 'database-too-new', hint: 'Use that version or a later one.' },
    );
  }
  return Object.keys(migrations).length + 1 - done.length;
}

/** The names of all migrations that were done, and the note that tables were written anew. */
async function doneMigrations({ db, dialect }: Database): Promise<string[]> {
  try {
    const tables = db.withTables<{ [DONE_TABLE]: { name: string } }>();
    const note = tables
      .selectFrom('sisyphus_settings')
      .select('name')
      .where('name', '=', REWRITTEN);
    const rows = await tables.selectFrom(DONE_TABLE).select('name').unionAll(note).execute();
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
