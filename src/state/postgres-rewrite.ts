import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Writes tables anew, and what the planner remembers of their values. A transaction that began before
 * the rows were changed may still read the old ones, which are kept for it then; the number of rows that
 * the server counted while it wrote tells.
 *
 * @returns false where old rows were kept
 */
export async function rewriteTables(
  db: Kysely<Schema>,
  tables: readonly string[],
): Promise<boolean> {
  let isComplete = true;
  for (const name of tables) {
    const table = sql.table(name);
    await sql`vacuum (full) ${table}`.execute(db);
    const { rows } = await sql<{ kept: boolean }>`
      select reltuples > (select count(*) from ${table}) as kept
      from pg_class where oid = ${name}::regclass`.execute(db);
    isComplete &&= rows[0]?.kept === false;
    await sql`analyze ${table}`.execute(db);
  }
  return isComplete;
}
