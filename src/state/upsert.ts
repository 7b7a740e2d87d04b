import { type RawBuilder, sql } from 'kysely';

/** The end of an insert that changes the row which has the key, as SQLite and PostgreSQL write it. */
export function onConflict(
  key: readonly string[],
  columns: readonly string[],
): RawBuilder<unknown> {
  const changes = columns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
  return sql`on conflict (${sql.join(key.map((name) => sql.ref(name)))}) do update set ${sql.join(changes)}`;
}
