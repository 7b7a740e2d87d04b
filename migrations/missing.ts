import type { CreateTableBuilder, Kysely } from 'kysely';
import type { ColumnType } from '../src/state/dialect.ts';

// MySQL commits each statement that changes the schema. A migration that was cut off there starts
// over, so every step first looks whether it was done.

/** Creates a table unless there is one of that name; tells whether it did. */
export async function addMissingTable(
  db: Kysely<unknown>,
  name: string,
  define: (table: CreateTableBuilder<string>) => CreateTableBuilder<string, string>,
): Promise<boolean> {
  if ((await columnsOf(db, name)) !== undefined) return false;
  await define(db.schema.createTable(name)).execute();
  return true;
}

/** Adds nullable columns, given by name, to a table that lacks them. */
export async function addMissingColumns(
  db: Kysely<unknown>,
  table: string,
  columns: Readonly<Record<string, ColumnType>>,
): Promise<void> {
  const present = await columnsOf(db, table);
  for (const [name, type] of Object.entries(columns)) {
    if (!present?.has(name)) await db.schema.alterTable(table).addColumn(name, type).execute();
  }
}

/** The names of a table's columns; undefined when there is no such table. */
export async function columnsOf(
  { introspection }: Pick<Kysely<unknown>, 'introspection'>,
  table: string,
): Promise<Set<string> | undefined> {
  const tables = await introspection.getTables();
  const found = tables.find(({ name }) => name === table);
  return found && new Set(found.columns.map(({ name }) => name));
}
