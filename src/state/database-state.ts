import type { Database } from './dialect.ts';
import { addHistory, listHistory } from './history.ts';
import { beginEntry, listInFlight } from './journal.ts';
import { EVERYWHERE } from './lease-scope.ts';
import { deleteLease, listLeases } from './lease-table.ts';
import type { LeaseTimings } from './lease-timings.ts';
import { claimObject, listObjects } from './objects.ts';
import { addPause, listPauses, removePause } from './pauses.ts';
import type { Actor, State } from './port.ts';
import { mergeSaved, settleOrSave } from './saved-outcomes.ts';
import { readRepository, writeRepository } from './settings.ts';
import { recorded, type Settlement } from './settle.ts';
import { Writer } from './writer.ts';

/** What the room's port needs beside an open, migrated database. */
interface StateParts {
  readonly actor: Actor;
  readonly leaseTimings: LeaseTimings;
  /** Where outcomes go that the database cannot take. */
  readonly recoveryFile: string;
}

/** The room's port over an open, migrated database. */
export function databaseState(database: Database, parts: StateParts): State {
  const { actor, recoveryFile } = parts;
  const { username } = actor;
  const writer = new Writer(database, username, parts.leaseTimings);
  const settle = (settlement: Settlement) =>
    settleOrSave(writer, { username }, recoveryFile, settlement);
  return {
    acquire: (request) => writer.acquire(request),
    leases: async () => (await listLeases(database)).map(({ holder }) => holder),
    unlock: async (id) => /^\d{1,9}$/.test(id) && (await deleteLease(database, Number(id))),
    async begin(intent) {
      const entry = writer.lease.nextEntry();
      await writer.write((current) => beginEntry(current, entry, intent));
      return entry;
    },
    abandon: (entry, failed) => settle({ entry, ...(failed && { history: failed }) }),
    inFlight: (scope = EVERYWHERE) => listInFlight(database, scope),
    mergeSaved: () => mergeSaved(writer, recoveryFile),
    objects: () => listObjects(database),
    record: (object, options = {}) => settle(recorded(object, options)),
    forget: (key, entry) => settle({ forget: key, ...(entry && { entry }) }),
    claim: (key, declaration) => writer.write((current) => claimObject(current, key, declaration)),
    addHistory: (entry) => writer.write((current) => addHistory(current, { username }, entry)),
    history: (object, limit) => listHistory(database, object, limit),
    pauses: () => listPauses(database),
    pause: (declaration, reason) =>
      writer.write((current) => addPause(current, username, declaration, reason)),
    resume: (declaration) => writer.write((current) => removePause(current, declaration)),
    repository: () => readRepository(database),
    setRepository: (identity) => writer.write((current) => writeRepository(current, identity)),
    close: () => writer.close(),
  };
}
