import type { Database } from './dialect.ts';
import { isRewritten, noteRewritten } from './settings.ts';

/** The tables that values of Secrets are taken out of. */
const REWRITTEN_TABLES = ['kubernetes_objects', 'kubernetes_objects_audit'];
/** As Kysely's migrator names the row that is locked. */
const LOCK_ROW = 'migration_lock';

/**
 * Writes the tables anew, which no transaction can do: what a migration took out of rows is left in the
 * database's files until then. A new database has nothing to get rid of.
 * @param lockTable keeps other processes out meanwhile
 */
export async function rewriteOnce(
  { db, dialect }: Database,
  lockTable: string,
  isNew: boolean,
): Promise<'now' | 'before' | 'incompletely'> {
  return await db.connection().execute(async (own) => {
    const { adapter } = own.getExecutor();
    const lock = { lockTable, lockRowId: LOCK_ROW };
    await adapter.acquireMigrationLock(own, lock);
    try {
      const database = { db: own, dialect };
      if (await isRewritten(database)) return 'before';
      if (!isNew && !(await dialect.rewrite(own, REWRITTEN_TABLES))) return 'incompletely';
      // On SQLite nothing but a transaction locks others out, so somebody may have done the same.
      if (await isRewritten(database)) return 'before';
      await noteRewritten(database);
      return 'now';
    } finally {
      await adapter.releaseMigrationLock(own, lock);
    }
  });
}
