import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingTable } from './missing.ts';

/** What holds for the whole database, such as the repository that it serves. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addMissingTable(db, 'sisyphus_settings', (table) =>
    table
      .addColumn('name', dialect.keyType(63, 'ascii'), (column) => column.notNull().primaryKey())
      .addColumn('value', dialect.textType, (column) => column.notNull()),
  );
}
