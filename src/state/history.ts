import type { Database } from './dialect.ts';
import type { Actor, HistoryEntry } from './port.ts';

/** Appends one attempt to the history, in the name of `actor`. */
export async function addHistory(
  { db, dialect }: Database,
  actor: Actor,
  { key, image, outcome }: HistoryEntry,
): Promise<void> {
  await db
    .insertInto('object_history')
    .values({
      api_version: key.apiVersion,
      cluster: key.cluster,
      deployed_at: dialect.now,
      deployed_by: actor.username,
      image,
      kind: key.kind,
      name: key.name,
      namespace: key.namespace,
      outcome,
    })
    .execute();
}
