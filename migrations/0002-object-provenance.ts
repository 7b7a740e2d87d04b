import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingColumns } from './missing.ts';

/** What was sent, by which declaration, and whether the object came into being here; null where unknown. */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addMissingColumns(db, 'kubernetes_objects', {
    sent: dialect.textType,
    declaration_kind: dialect.textType,
    declaration_namespace: dialect.textType,
    declaration_name: dialect.textType,
    created_here: 'integer',
  });
}
