import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { addMissingTable } from './missing.ts';

/**
 * The tables that the Original has too, with its names and columns; a database of the Original keeps
 * its own. Widths are Kubernetes' limits (a name 253, a namespace and a kind 63, a group and a version
 * 317) and for a context what is left of the 3,072 bytes of a key in MySQL, four for each character.
 */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const name = dialect.keyType(253, 'any');
  const namespace = dialect.keyType(63, 'ascii');
  const kind = dialect.keyType(63, 'ascii');
  const apiVersion = dialect.keyType(317, 'ascii');
  const cluster = dialect.keyType(400, 'any');
  const { textType, timeType } = dialect;

  await addMissingTable(db, 'kubernetes_objects', (table) =>
    table
      .addColumn('api_version', apiVersion, (column) => column.notNull())
      .addColumn('cluster', cluster, (column) => column.notNull())
      .addColumn('created', timeType, (column) => column.notNull())
      .addColumn('kind', kind, (column) => column.notNull())
      .addColumn('last_updated', timeType, (column) => column.notNull())
      .addColumn('name', name, (column) => column.notNull())
      .addColumn('namespace', namespace, (column) => column.notNull())
      .addColumn('yaml', textType, (column) => column.notNull())
      .addPrimaryKeyConstraint('kubernetes_objects_pk', [
        'name',
        'namespace',
        'kind',
        'api_version',
        'cluster',
      ]),
  );

  await addMissingTable(db, 'object_pauses', (table) =>
    table
      .addColumn('created_at', timeType, (column) => column.notNull())
      .addColumn('created_by', textType)
      .addColumn('kind', kind, (column) => column.notNull())
      .addColumn('name', name, (column) => column.notNull())
      .addColumn('namespace', namespace, (column) => column.notNull())
      .addColumn('reason', textType, (column) => column.notNull())
      .addPrimaryKeyConstraint('object_pauses_pk', ['kind', 'namespace', 'name']),
  );

  const isNew = await addMissingTable(db, 'object_history', (table) =>
    table
      .addColumn('api_version', apiVersion, (column) => column.notNull())
      .addColumn('cluster', cluster, (column) => column.notNull())
      .addColumn('deployed_at', timeType, (column) => column.notNull())
      .addColumn('deployed_by', textType)
      .addColumn('image', textType, (column) => column.notNull())
      .addColumn('kind', kind, (column) => column.notNull())
      .addColumn('name', name, (column) => column.notNull())
      .addColumn('namespace', namespace, (column) => column.notNull()),
  );
  if (!isNew) return;
  await db.schema
    .createIndex('object_history_index')
    .on('object_history')
    .columns(['kind', 'namespace', 'name', 'api_version', 'deployed_at'])
    .execute();
}
