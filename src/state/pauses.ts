import type { DeclarationId } from '../model/declaration.ts';
import type { Pause } from '../model/pause.ts';
import type { Database } from './dialect.ts';

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

/** Pauses a declaration from now on, in place of a pause that there is. */
export async function addPause(
  { db, dialect }: Database,
  username: string,
  { kind, namespace, name }: DeclarationId,
  reason: string,
): Promise<void> {
  const key = { kind, namespace, name };
  const content = { created_at: dialect.now, created_by: username, reason };
  await db
    .insertInto('object_pauses')
    .values({ ...key, ...content })
    .modifyEnd(dialect.orUpdate(Object.keys(key), Object.keys(content)))
    .execute();
}

/** Ends a pause; nothing happens where there is none. */
export async function removePause(
  { db }: Database,
  { kind, namespace, name }: DeclarationId,
): Promise<void> {
  await db
    .deleteFrom('object_pauses')
    .where('kind', '=', kind)
    .where('namespace', '=', namespace)
    .where('name', '=', name)
    .execute();
}
