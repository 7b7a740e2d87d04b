import { InternalError, UserError } from '../model/errors.ts';
import type { Intent } from '../model/intent.ts';
import type { Database } from './dialect.ts';
import { covers } from './lease-scope.ts';
import type { EntryId, JournalEntry, LeaseScope } from './port.ts';
import { prepared } from './prepared.ts';
import { storable } from './secrets.ts';

/**
 * Notes a change that is about to be made.
 * @throws InternalError when a Secret comes with values
 */
export async function beginEntry(
  database: Database,
  { lease, number }: EntryId,
  intent: Intent,
): Promise<void> {
  const { action, key, sent, declaration, image, uid, replaces } = intent;
  const manifest = sent && storable(key, sent);
  const noted: Intent = { action, key, sent: manifest, declaration, image, uid, replaces };
  await insertEntry(database, { lease, number, intent: JSON.stringify(noted) });
}

const insertEntry = prepared<{ lease: number; number: number; intent: string }>(
  ({ db, dialect }, { lease, number, intent }) =>
    db.insertInto('sisyphus_journal').values({ lease, number, begun_at: dialect.now, intent }),
);

/** Completes an entry. @throws InternalError where it is not open */
export async function closeEntry(database: Database, { lease, number }: EntryId): Promise<void> {
  const { numAffectedRows = 0n } = await deleteEntry(database, { lease, number });
  if (numAffectedRows > 0n) return;
  throw new InternalError(`the entry ${lease}.${number} of the journal was completed before`);
}

const deleteEntry = prepared<EntryId>(({ db }, { lease, number }) =>
  db.deleteFrom('sisyphus_journal').where('lease', '=', lease).where('number', '=', number),
);

/** Whether an entry has not been completed. */
export async function isOpen({ db }: Database, { lease, number }: EntryId): Promise<boolean> {
  const row = await db
    .selectFrom('sisyphus_journal')
    .select('number')
    .where('lease', '=', lease)
    .where('number', '=', number)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * What was left open under leases that nobody holds any more, in the order in which it was begun.
 * @throws UserError `unreadable-journal`
 */
export async function listInFlight(
  { db, dialect }: Database,
  scope: LeaseScope,
): Promise<JournalEntry[]> {
  const rows = await db
    .selectFrom('sisyphus_journal')
    .select(['lease', 'number', 'begun_at', 'intent'])
    .where('lease', 'not in', (eb) => eb.selectFrom('sisyphus_leases').select('fence'))
    .orderBy('lease')
    .orderBy('number')
    .execute();
  const entries = rows.map(({ lease, number, begun_at, intent }) => {
    const id = { lease, number };
    return { ...readIntent(id, intent), id, begunAt: dialect.readTime(begun_at) };
  });
  return entries.filter(({ key }) => covers(scope, key));
}

function readIntent({ lease, number }: EntryId, text: string): Intent {
  try {
    return JSON.parse(text) as Intent;
  } catch {
    throw new UserError(`The entry ${lease}.${number} of the database's journal cannot be read.`, {
      code: 'unreadable-journal',
      hint: 'Restore the table sisyphus_journal from a backup of the database.',
    });
  }
}
