import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addAudit } from './audit.ts';

/**
 * Who changed what, and when. Leases and journal are left out: they tell who is at work at this
 * moment, and what they are about is in the tables that are noted.
 */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addAudit(db, dialect, [
    'kubernetes_objects',
    'object_pauses',
    'object_history',
    'sisyphus_settings',
  ]);
}
