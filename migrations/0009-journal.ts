import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingTable } from './missing.ts';

/** The changes that were begun and of which the end is not known yet. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { textType, timeType } = dialect;
  await addMissingTable(db, 'sisyphus_journal', (table) =>
    table
      .addColumn('lease', 'integer', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('begun_at', timeType, (column) => column.notNull())
      .addColumn('intent', textType, (column) => column.notNull())
      .addPrimaryKeyConstraint('sisyphus_journal_pk', ['lease', 'number']),
  );
}
