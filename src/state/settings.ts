import type { Database } from './dialect.ts';

const REPOSITORY = 'repository';

/** Names how many objects of the Original a database held when it was adopted. */
export const ADOPTED = 'adopted';

/** Names when tables were written anew to get rid of what had been removed from them. */
export const REWRITTEN = 'rewritten';

/** The monitor directory that the database serves; undefined in a new one. */
export async function readRepository(database: Database): Promise<string | undefined> {
  return await readSetting(database, REPOSITORY);
}

/** Makes the database serve the monitor directory `identity`. */
export async function writeRepository(database: Database, identity: string): Promise<void> {
  await writeSetting(database, REPOSITORY, identity);
}

/** Whether the database was the Original's before. */
export async function isAdopted(database: Database): Promise<boolean> {
  return (await readSetting(database, ADOPTED)) !== undefined;
}

/** Whether tables were written anew. */
export async function isRewritten(database: Database): Promise<boolean> {
  return (await readSetting(database, REWRITTEN)) !== undefined;
}

/** Notes that tables were written anew. */
export async function noteRewritten(database: Database): Promise<void> {
  await writeSetting(database, REWRITTEN, new Date().toISOString());
}

/** Sets a value that holds for the whole database. */
export async function writeSetting(
  { db, dialect }: Database,
  name: string,
  value: string,
): Promise<void> {
  await db
    .insertInto('sisyphus_settings')
    .values({ name, value })
    .modifyEnd(dialect.orUpdate(['name'], ['value']))
    .execute();
}

async function readSetting({ db }: Database, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('sisyphus_settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}
