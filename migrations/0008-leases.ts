import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingTable } from './missing.ts';

/** The writers at work, and the counter that their fencing numbers come from. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { textType } = dialect;
  await addMissingTable(db, 'sisyphus_leases', (table) =>
    table
      .addColumn('fence', 'integer', (column) => column.notNull().primaryKey())
      .addColumn('username', textType, (column) => column.notNull())
      .addColumn('host', textType, (column) => column.notNull())
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('machine', textType)
      .addColumn('process_start', textType)
      .addColumn('scope', textType, (column) => column.notNull())
      .addColumn('since_ms', 'double precision', (column) => column.notNull())
      .addColumn('expires_ms', 'double precision', (column) => column.notNull()),
  );
  await addMissingTable(db, 'sisyphus_lease_counter', (table) =>
    table.addColumn('last', 'integer', (column) => column.notNull()),
  );
  const counter = db.withTables<{ sisyphus_lease_counter: { last: number } }>();
  const row = await counter.selectFrom('sisyphus_lease_counter').select('last').executeTakeFirst();
  if (row !== undefined) return;
  await counter.insertInto('sisyphus_lease_counter').values({ last: 0 }).execute();
}
