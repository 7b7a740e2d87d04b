import type { Kysely, Selectable } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import { cleanText, readerFor, type TextReader } from '../src/state/manifest-text.ts';
import type { ObjectsTable, Schema } from '../src/state/schema.ts';
import { isBornByOriginal } from './original-namespace.ts';

/**
 * Writes the rows of the Original as this program would have written them: without values of Secrets, as
 * JSON, and with a note at the Namespaces that the Original brought into being.
 *
 * @returns how many rows are the Original's
 */
export async function cleanObjects(db: Kysely<unknown>, dialect: Dialect): Promise<number> {
  const tables = db.withTables<Pick<Schema, 'kubernetes_objects'>>();
  const rows = await tables.selectFrom('kubernetes_objects').selectAll().execute();
  const read = await readerFor(rows.map(({ yaml }) => yaml));
  for (const row of rows) {
    const clean = cleanRow(row, read, dialect);
    if (clean.yaml === row.yaml && clean.created_here === row.created_here) continue;
    const { api_version, cluster, kind, name, namespace } = row;
    await tables
      .updateTable('kubernetes_objects')
      .set(clean)
      .where(({ and }) => and({ api_version, cluster, kind, name, namespace }))
      .execute();
  }
  return rows.filter(isOriginal).length;
}

type Row = Selectable<ObjectsTable>;

function cleanRow(
  row: Row,
  read: TextReader,
  dialect: Dialect,
): Pick<Row, 'yaml' | 'created_here'> {
  const key = { apiVersion: row.api_version, kind: row.kind };
  const yaml = cleanText(read, key, row.yaml);
  const isNamespace = key.apiVersion === 'v1' && key.kind === 'Namespace';
  const isBorn =
    isNamespace && isOriginal(row) && isBornByOriginal(yaml, dialect.readTime(row.created));
  return { yaml, created_here: isBorn ? 1 : row.created_here };
}

/** What this program records, it always notes something of. */
function isOriginal({ sent, declaration_kind, created_here }: Row): boolean {
  return sent === null && declaration_kind === null && created_here === null;
}
