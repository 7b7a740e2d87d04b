import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { columnsOf } from './missing.ts';

/**
 * Has every change of the tables noted in their audit tables. A migration that gives an audited table
 * a column calls this again for it, because what is noted are the columns of this moment.
 */
export async function addAudit(
  db: Kysely<unknown>,
  dialect: Dialect,
  tables: readonly string[],
): Promise<void> {
  for (const table of tables) {
    const columns = await columnsOf(db, table);
    for (const statement of dialect.auditStatements(table, [...(columns ?? [])])) {
      await statement.execute(db);
    }
  }
}
