import type { Kysely } from 'kysely';
import { addMissingColumns } from './missing.ts';

/** For how long after a lease's end its holder's last request may be under way; null is the usual time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addMissingColumns(db, 'sisyphus_leases', { grace_ms: 'double precision' });
}
