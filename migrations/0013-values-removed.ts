import type { Kysely } from 'kysely';
import type { Dialect } from '../src/state/dialect.ts';
import type { Schema } from '../src/state/schema.ts';
import { ADOPTED, writeSetting } from '../src/state/settings.ts';
import { addAudit } from './audit.ts';
import { cleanAudit } from './clean-audit.ts';
import { cleanObjects } from './clean-objects.ts';

const OBJECTS = 'kubernetes_objects';

/**
 * Takes the values of Secrets out of what the Original wrote: its rows, and what is noted of them. For
 * this once the audit is off, because it would note the values that go, and may be changed. What is left
 * in the database's files is removed after this migration is committed (`src/state/migrate.ts`).
 */
export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const statement of dialect.auditOffStatements(OBJECTS)) await statement.execute(db);
  const originals = await cleanObjects(db, dialect);
  await cleanAudit(db);
  await addAudit(db, dialect, [OBJECTS]);
  if (originals === 0) return;
  const database = { db: db.withTables<Pick<Schema, keyof Schema>>(), dialect };
  await writeSetting(database, ADOPTED, String(originals));
}
