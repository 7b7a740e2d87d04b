import type { DeclarationId } from '../model/declaration.ts';
import type { ObjectKey } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import type { Database } from './dialect.ts';
import { manifestText, readerFor } from './manifest-text.ts';
import { prepared } from './prepared.ts';
import type { ObjectsTable } from './schema.ts';
import { assertMasked } from './secrets.ts';
import { storedObject } from './stored-object.ts';

/**
 * Every tracked object, in no particular order. A manifest is parsed when it is first asked for, and
 * asking throws UserError `unreadable-record` when the row does not hold one.
 */
export async function listObjects({ db }: Database): Promise<RecordedObject[]> {
  const rows = await db
    .selectFrom('kubernetes_objects')
    .select(['api_version', 'cluster', 'kind', 'name', 'namespace', 'yaml', 'sent'])
    .select(['declaration_kind', 'declaration_namespace', 'declaration_name', 'created_here'])
    .execute();
  const read = await readerFor(rows.map((row) => row.yaml));
  return rows.map((row) => storedObject(row, read));
}

/** Drops an object; nothing happens when there is none. */
export async function forgetObject(database: Database, key: ObjectKey): Promise<void> {
  await deleteObject(database, keyColumns(key));
}

const deleteObject = prepared<ReturnType<typeof keyColumns>>(({ db }, values) => {
  const { api_version, cluster, kind, name, namespace } = values;
  const key = { api_version, cluster, kind, name, namespace };
  return db.deleteFrom('kubernetes_objects').where(({ and }) => and(key));
});

/** Notes which declaration makes an object; nothing happens when there is no such object. */
export async function claimObject(
  { db }: Database,
  key: ObjectKey,
  declaration: DeclarationId,
): Promise<void> {
  await db
    .updateTable('kubernetes_objects')
    .set(declarationColumns(declaration))
    .where(({ and }) => and(keyColumns(key)))
    .execute();
}

/**
 * Records an applied object in place of what was known under its key.
 * @throws InternalError when a Secret comes with values
 */
export async function recordObject(database: Database, object: RecordedObject): Promise<void> {
  const { key, answer, sent, declaration, createdHere } = object;
  assertMasked(key, answer);
  if (sent !== undefined) assertMasked(key, sent);
  await upsertObject(database, {
    ...keyColumns(key),
    ...declarationColumns(declaration),
    yaml: manifestText(answer),
    sent: sent === undefined ? null : manifestText(sent),
    created_here: createdHere === undefined ? null : Number(createdHere),
  });
}

const upsertObject = prepared<Omit<ObjectsTable, 'created' | 'last_updated'>>(
  ({ db, dialect }, values) => {
    const { api_version, cluster, kind, name, namespace } = values;
    const { declaration_kind, declaration_namespace, declaration_name } = values;
    const { yaml, sent, created_here } = values;
    const key = { api_version, cluster, kind, name, namespace };
    const declaration = { declaration_kind, declaration_namespace, declaration_name };
    const content = { yaml, sent, ...declaration, created_here, last_updated: dialect.now };
    return db
      .insertInto('kubernetes_objects')
      .values({ ...key, created: dialect.now, ...content })
      .modifyEnd(dialect.orUpdate(Object.keys(key), Object.keys(content)));
  },
);

/** The columns that name an object. */
export function keyColumns({ cluster, apiVersion, kind, namespace, name }: ObjectKey) {
  return { api_version: apiVersion, cluster, kind, name, namespace };
}

function declarationColumns(declaration: DeclarationId | undefined) {
  return {
    declaration_kind: declaration?.kind ?? null,
    declaration_namespace: declaration?.namespace ?? null,
    declaration_name: declaration?.name ?? null,
  };
}
