import type { Database } from './dialect.ts';
import type { Pause } from './port.ts';

/** Every paused declaration, by kind, namespace and name. */
export async function listPauses({ db, dialect }: Database): Promise<Pause[]> {
  const rows = await db
    .selectFrom('object_pauses')
    .select(['kind', 'namespace', 'name', 'reason', 'created_by', 'created_at'])
    .orderBy('kind')
    .orderBy('namespace')
    .orderBy('name')
    .execute();
  return rows.map(({ kind, namespace, name, reason, created_by, created_at }) => ({
    declaration: { kind, namespace, name },
    reason,
    createdBy: created_by ?? undefined,
    createdAt: dialect.readTime(created_at),
  }));
}
