import type { Database } from './dialect.ts';

const REPOSITORY = 'repository';

/** The monitor directory that the database serves; undefined in a new one. */
export async function readRepository({ db }: Database): Promise<string | undefined> {
  const row = await db
    .selectFrom('sisyphus_settings')
    .select('value')
    .where('name', '=', REPOSITORY)
    .executeTakeFirst();
  return row?.value;
}

/** Makes the database serve the monitor directory `identity`. */
export async function writeRepository({ db, dialect }: Database, identity: string): Promise<void> {
  await db
    .insertInto('sisyphus_settings')
    .values({ name: REPOSITORY, value: identity })
    .modifyEnd(dialect.orUpdate(['name'], ['value']))
    .execute();
}
