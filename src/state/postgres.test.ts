import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { openState } from './open-state.ts';
import { describeOn, type TestDatabase } from './test-databases.ts';

const EVERYWHERE = { clusters: [], namespaces: [] };
const DECLARATION = { kind: 'Deployment', namespace: 'market', name: 'till' };

describeOn(['postgres'], 'a database', ({ make }) => {
  let database: TestDatabase;

  /** Opens, pauses something and closes again. */
  async function use(url = database.url): Promise<void> {
    const state = await openState({ url, actor: { username: 'ann' } });
    await state.acquire({ scope: EVERYWHERE, waitMs: 0, onWait: () => undefined });
    await state.pause(DECLARATION, 'Christmas');
    const [pause] = await state.pauses();
    expect(Math.abs(Date.parse(pause?.createdAt ?? '') - Date.now())).toBeLessThan(60_000);
    await state.close();
  }

  /** Changes a default of every later session. */
  async function set(setting: string): Promise<void> {
    await database.run(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${setting}`);
  }

  const schemasOf = (table: string) =>
    database.read(`SELECT table_schema FROM information_schema.tables
        WHERE table_name = '${table}' ORDER BY table_schema`);

  beforeEach(async () => {
    database = await make();
  });

  afterEach(() => database.remove());

  it.each([
    "timezone TO 'Asia/Tokyo'",
    "datestyle TO 'German, DMY'",
    "default_transaction_isolation TO 'serializable'",
    'standard_conforming_strings TO off',
  ])('can be used whatever it sets for its sessions: %s', async (setting) => {
    await set(setting);
    await use();
    expect(await database.read('SELECT reason FROM object_pauses')).toEqual([
      { reason: 'Christmas' },
    ]);
  });

  it('is refused when it takes no changes', async () => {
    await set('default_transaction_read_only TO on');
    const error = await use().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'database-not-writable' });
  });

  it('may hold tables of the same names in other schemas', async () => {
    await database.run('CREATE SCHEMA other');
    for (const table of ['object_pauses', 'sisyphus_migrations']) {
      await database.run(`CREATE TABLE other.${table} (x text)`);
    }
    await use();
    expect(await schemasOf('object_pauses')).toEqual([
      { table_schema: 'other' },
      { table_schema: 'public' },
    ]);
  });

  it('may keep everything in a schema that the URL names', async () => {
    await database.run('CREATE SCHEMA deploy');
    await use(`${database.url}?options=-c%20search_path%3Ddeploy`);
    for (const table of ['object_pauses', 'object_pauses_audit', 'sisyphus_migrations']) {
      expect(await schemasOf(table)).toEqual([{ table_schema: 'deploy' }]);
    }
    const noted = await database.read(
      'SELECT application_username FROM deploy.object_pauses_audit',
    );
    expect(noted).toEqual([{ application_username: 'ann' }]);
  });

  it('is refused when the URL names a schema that it lacks', async () => {
    const url = `${database.url}?options=-c%20search_path%3Dmissing`;
    const error = await use(url).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'database-schema-missing' });
  });

  it('lets who may only push be noted in an audit that they cannot write', async () => {
    await use();
    const user = `pusher_${process.pid}`;
    await database.run(
      `CREATE ROLE ${user} LOGIN PASSWORD 'push';
        GRANT SELECT, INSERT, UPDATE, DELETE ON object_pauses, sisyphus_leases,
          sisyphus_lease_counter, sisyphus_migrations, sisyphus_settings TO ${user}`,
    );
    await use(Object.assign(new URL(database.url), { username: user, password: 'push' }).href);
    const noted = await database.read(
      'SELECT session_username FROM object_pauses_audit ORDER BY id',
    );
    expect(noted.at(-1)).toEqual({ session_username: user });
    await database.run(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  });

  const { bed } = inject('databases').postgres ?? {};
  if (bed === undefined) return;

  it('can be reached by a socket', async () => {
    await use(`${database.url}?host=${encodeURIComponent(bed.socket)}`);
  });
});
