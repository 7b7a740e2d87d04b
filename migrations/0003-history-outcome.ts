import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingColumns } from './missing.ts';

/** How a roll-out ended; null in rows of the Original, which does not note it. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addMissingColumns(db, 'object_history', { outcome: dialect.textType });
}
