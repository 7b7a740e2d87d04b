import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingColumns } from './missing.ts';

/** What was sent, and when to the millisecond; null in rows of the Original and of earlier versions. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addMissingColumns(db, 'object_history', {
    manifest: dialect.textType,
    deployed_ms: 'double precision',
  });
}
