import type { Selectable } from 'kysely';
import type { ObjectKey } from '../model/object.ts';
import type { Database } from './dialect.ts';
import { manifestText, readerFor, readManifest, type TextReader } from './manifest-text.ts';
import { keyColumns } from './objects.ts';
import type { HistoryEntry, PastEntry } from './port.ts';
import { prepared } from './prepared.ts';
import type { HistoryTable } from './schema.ts';
import { storable } from './secrets.ts';

/** Who made an attempt, and when. */
export interface Signature {
  readonly username: string;
  /** ISO 8601 in UTC; undefined for now. */
  readonly at?: string;
}

/**
 * Appends one attempt to the history.
 * @throws InternalError when a Secret comes with values
 */
export async function addHistory(
  database: Database,
  { username, at }: Signature,
  { key, image, outcome, manifest }: HistoryEntry,
): Promise<void> {
  const attempt = {
    ...keyColumns(key),
    ...{ deployed_by: username, image, outcome },
    manifest: manifest === undefined ? null : manifestText(storable(key, manifest)),
  };
  if (at === undefined) return void (await insertAttempt(database, attempt));
  const { db, dialect } = database;
  const time = { deployed_at: dialect.writeTime(at), deployed_ms: Date.parse(at) };
  await db
    .insertInto('object_history')
    .values({ ...attempt, ...time })
    .execute();
}

const insertAttempt = prepared<Omit<HistoryTable, 'deployed_at' | 'deployed_ms'>>(
  ({ db, dialect }, values) => {
    const { api_version, cluster, kind, name, namespace } = values;
    const { deployed_by, image, outcome, manifest } = values;
    return db.insertInto('object_history').values({
      ...{ api_version, cluster, kind, name, namespace, deployed_by, image, outcome, manifest },
      ...{ deployed_at: dialect.now, deployed_ms: dialect.clockMs },
    });
  },
);

/** The newest `limit` attempts of each cluster, the newest first; see `State.history`. */
export async function listHistory(
  { db, dialect }: Database,
  { kind, namespace, name }: Pick<ObjectKey, 'kind' | 'namespace' | 'name'>,
  limit: number,
): Promise<PastEntry[]> {
  const ranked = db
    .selectFrom('object_history')
    .selectAll()
    .select(({ fn }) =>
      fn
        .agg<number>('row_number')
        .over((over) =>
          over.partitionBy('cluster').orderBy('deployed_at', 'desc').orderBy('deployed_ms', 'desc'),
        )
        .as('place'),
    )
    .where('kind', '=', kind)
    .where('namespace', '=', namespace)
    .where('name', '=', name);
  const rows = await db
    .selectFrom(ranked.as('ranked'))
    .selectAll()
    .where('place', '<=', limit)
    .orderBy('deployed_at', 'desc')
    .orderBy('deployed_ms', 'desc')
    .orderBy('cluster')
    .execute();
  const read = await readerFor(rows.flatMap(({ manifest }) => manifest ?? []));
  return rows.map((row) => ({ ...pastEntry(row, read), at: dialect.readTime(row.deployed_at) }));
}

function pastEntry(row: Selectable<HistoryTable>, read: TextReader): Omit<PastEntry, 'at'> {
  const { api_version: apiVersion, cluster, kind, namespace, name, image, outcome } = row;
  const key = { cluster, apiVersion, kind, namespace, name };
  const isKnown = outcome === 'succeeded' || outcome === 'failed';
  return {
    key,
    image,
    ...(isKnown && { outcome }),
    ...(row.deployed_by !== null && { username: row.deployed_by }),
    ...(row.manifest !== null && {
      manifest: readManifest(read, { key, column: 'manifest', text: row.manifest }),
    }),
  };
}
