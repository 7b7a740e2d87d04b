import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Writes the whole file anew and empties the write-ahead log. Pages that other programs had set free
 * without overwriting them are gone then.
 *
 * @returns false where another process reads, and the log had to be kept for it
 */
export async function rewriteFile(db: Kysely<Schema>): Promise<boolean> {
  await sql`vacuum`.execute(db);
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
  return rows[0]?.busy === 0;
}
