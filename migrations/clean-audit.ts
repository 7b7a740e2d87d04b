import type { Kysely } from 'kysely';
import { isJsonObject } from '../src/model/json.ts';
import { cleanText, readerFor } from '../src/state/manifest-text.ts';
import { mayHoldValues } from '../src/state/secrets.ts';

/** Entries that are held in memory at once: each may have two whole objects. */
const PAGE = 200;

interface AuditTable {
  id: number;
  old_data: unknown;
  new_data: unknown;
}

/** Takes the values of Secrets out of what is noted of objects. Entries without any stay as they are. */
export async function cleanAudit(db: Kysely<unknown>): Promise<void> {
  const tables = db.withTables<{ kubernetes_objects_audit: AuditTable }>();
  for (let last = 0; ; ) {
    const entries = await tables
      .selectFrom('kubernetes_objects_audit')
      .select(['id', 'old_data', 'new_data'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    for (const { id, old_data, new_data } of entries) {
      const old = await cleaned(old_data);
      const anew = await cleaned(new_data);
      if (old === undefined && anew === undefined) continue;
      await tables
        .updateTable('kubernetes_objects_audit')
        .set({ ...(old && { old_data: old }), ...(anew && { new_data: anew }) })
        .where('id', '=', id)
        .execute();
    }
    last = entries.at(-1)?.id ?? last;
    if (entries.length < PAGE) return;
  }
}

/** @returns JSON of the noted row without values; undefined where it holds none */
async function cleaned(data: unknown): Promise<string | undefined> {
  const row: unknown = typeof data === 'string' ? JSON.parse(data) : data;
  if (!isJsonObject(row)) return undefined;
  const { yaml, api_version, kind } = row;
  const key = { apiVersion: String(api_version), kind: String(kind) };
  if (typeof yaml !== 'string' || !mayHoldValues(key, yaml)) return undefined;
  const clean = cleanText(await readerFor([yaml]), key, yaml);
  return clean === yaml ? undefined : JSON.stringify({ ...row, yaml: clean });
}
