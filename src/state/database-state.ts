import type { Database } from './dialect.ts';
import { addHistory } from './history.ts';
import { claimObject, forgetObject, listObjects, recordObject } from './objects.ts';
import { listPauses } from './pauses.ts';
import type { Actor, State } from './port.ts';
import { readRepository, writeRepository } from './settings.ts';

/** The room's port over an open, migrated database. */
export function databaseState(database: Database, actor: Actor): State {
  return {
    objects: () => listObjects(database),
    record: (object, replaces) => recordObject(database, object, replaces),
    forget: (key) => forgetObject(database, key),
    claim: (key, declaration) => claimObject(database, key, declaration),
    addHistory: (entry) => addHistory(database, actor, entry),
    pauses: () => listPauses(database),
    repository: () => readRepository(database),
    setRepository: (identity) => writeRepository(database, identity),
    close: () => database.db.destroy(),
  };
}
