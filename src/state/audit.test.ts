import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { Database } from './dialect.ts';
import { openDatabase, openState } from './open-state.ts';
import { originals } from './original.fixture.ts';
import type { State } from './port.ts';
import { databases, describeOn, type TestDatabase, type TestRow } from './test-databases.ts';

const TABLES = ['kubernetes_objects', 'object_pauses', 'object_history', 'sisyphus_settings'];
const EVERYWHERE = { clusters: [], namespaces: [] };
const CAROL = { username: 'carol', userId: '42' };

const key = {
  cluster: 'east',
  apiVersion: 'v1',
  kind: 'Secret',
  namespace: 'market',
  name: 'till',
};
const answer = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'till' },
  data: { pin: SECRET_MASK },
};
const declaration = { kind: 'KubernetesYaml', namespace: 'market', name: 'tills' };

for (const { name, make } of databases) {
  describe(`${name}: the audit`, () => {
    let database: TestDatabase;
    let state: State;

    /** The entries of a table's audit since the database was made, the oldest first. */
    const entries = async (table: string): Promise<TestRow[]> => {
      const all = await database.read(`SELECT * FROM ${table}_audit ORDER BY id`);
      return all.filter(({ new_data }) => (new_data as TestRow | null)?.name !== 'rewritten');
    };

    /** Opens the state for Carol, with the lease. */
    async function open(): Promise<State> {
      const opened = await openState({ url: database.url, actor: CAROL });
      await opened.acquire({ scope: EVERYWHERE, waitMs: 0, onWait: () => undefined });
      return opened;
    }

    /** Changes every table that is audited. */
    async function changeAll(): Promise<void> {
      await state.record({ key, answer, sent: answer, declaration, createdHere: true });
      await state.pause(declaration, 'Christmas');
      await state.addHistory({ key, image: 'till', outcome: 'failed', manifest: answer });
      await state.setRepository('production');
    }

    beforeEach(async () => {
      database = await make();
      state = await open();
    });

    afterEach(async () => {
      await state.close();
      await database.remove();
    });

    it('notes who changed what, when, and by which program', async () => {
      await state.setRepository('deploy/test');
      await state.setRepository('deploy/production');
      const [first, second] = await entries('sisyphus_settings');
      const whoAndWhen = {
        action_time: expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/),
        application_name: 'sisyphus/development',
        application_user_id: '42',
        application_username: 'carol',
      };
      expect(first).toMatchObject({
        ...whoAndWhen,
        action: 'INSERT',
        old_data: null,
        new_data: { name: 'repository', value: 'deploy/test' },
      });
      expect(second).toMatchObject({
        ...whoAndWhen,
        action: 'UPDATE',
        old_data: { name: 'repository', value: 'deploy/test' },
        new_data: { name: 'repository', value: 'deploy/production' },
      });
      const age = Date.now() - Date.parse(`${String(first?.action_time).replace(' ', 'T')}Z`);
      expect(Math.abs(age)).toBeLessThan(60_000);
    });

    it.each(TABLES)('notes every column of %s', async (table) => {
      await changeAll();
      const [row] = await database.read(`SELECT * FROM ${table}`);
      const [entry] = await entries(table);
      const columns = Object.keys(row ?? {}).sort();
      expect(Object.keys(entry?.new_data as object).sort()).toEqual(columns);
      expect(columns.length).toBeGreaterThan(1);
    });

    it('notes what is gone', async () => {
      await state.record({ key, answer });
      await state.forget(key);
      const [, entry] = await entries('kubernetes_objects');
      expect(entry).toMatchObject({
        action: 'DELETE',
        application_username: 'carol',
        old_data: { name: 'till', yaml: expect.stringContaining(SECRET_MASK) },
        new_data: null,
      });
    });

    it('notes what another program changes, but not who that was', async () => {
      await changeAll();
      await database.run("UPDATE object_pauses SET reason = 'Easter'");
      const [, entry] = await entries('object_pauses');
      expect(entry).toMatchObject({ action: 'UPDATE', new_data: { reason: 'Easter' } });
      expect(entry?.application_username).toBeNull();
      expect(entry?.application_name).not.toBe('sisyphus/development');
    });

    it('notes nothing of a change that is rolled back', async () => {
      const bad = { ...answer, data: { pin: 'Y2FuYXJ5' } };
      const old = { ...key, name: 'old' };
      await state.record({ key: old, answer });
      await expect(state.record({ key, answer: bad }, { replaces: old })).rejects.toThrow();
      expect(await entries('kubernetes_objects')).toHaveLength(1);
    });

    it('goes on when the database is opened again', async () => {
      await state.setRepository('one');
      await state.close();
      state = await open();
      await state.setRepository('two');
      expect(await entries('sisyphus_settings')).toHaveLength(2);
    });

    describe("through the program's own connection", () => {
      let own: Database;

      beforeEach(async () => {
        await changeAll();
        const session = { username: 'mallory', userId: null, application: 'sisyphus/test' };
        own = await openDatabase(parseDatabaseUrl(database.url), session);
      });

      afterEach(() => own.db.destroy());

      const rewrites = [
        'UPDATE @ SET application_username = NULL',
        'DELETE FROM @',
        ...(name === 'postgres' ? ['TRUNCATE @'] : []),
        ...(name === 'mariadb'
          ? [
              "REPLACE INTO @ (id, action, action_time, session_username) VALUES (1, 'x', now(), 'x')",
              `INSERT INTO @ (id, action, action_time, session_username) VALUES (1, 'x', now(), 'x')
                ON DUPLICATE KEY UPDATE action = 'x'`,
            ]
          : []),
        ...(name === 'sqlite'
          ? [
              "INSERT OR REPLACE INTO @ (id, action, action_time) VALUES (1, 'x', 'x')",
              "REPLACE INTO @ (id, action, action_time) VALUES (1, 'x', 'x')",
              'UPDATE OR REPLACE @ SET id = 1',
            ]
          : []),
      ];

      it.each(rewrites)('cannot be rewritten by %s', async (statement) => {
        for (const table of TABLES) {
          const before = await entries(table);
          const text = statement.replace('@', `${table}_audit`);
          await expect(sql.raw(text).execute(own.db)).rejects.toThrow(/append-only/);
          expect(await entries(table)).toEqual(before);
        }
      });
    });
  });
}

describeOn(['postgres'], 'the audit of the Original', ({ make }) => {
  it('is kept and continued, one entry for each change', async () => {
    const database = await make();
    await database.run(originals.postgres ?? '');
    const old = await database.read('SELECT * FROM kubernetes_objects_audit');
    await database.open('ann');
    await database.run("DELETE FROM kubernetes_objects WHERE kind = 'Secret'");
    const now = await database.read('SELECT * FROM kubernetes_objects_audit ORDER BY id');
    expect(old.length).toBeGreaterThan(0);
    expect(now).toHaveLength(old.length + 1);
    const withoutYaml = (entry: TestRow) =>
      JSON.parse(JSON.stringify(entry), (name, value) => (name === 'yaml' ? '' : value));
    expect(now.slice(0, -1).map(withoutYaml)).toMatchObject(old.map(withoutYaml));
    expect(now.at(-1)).toMatchObject({ action: 'DELETE', old_data: { kind: 'Secret' } });
    await database.remove();
  });
});

describeOn(['sqlite'], 'the name of who is at work', ({ make }) => {
  it('is to be seen in no other connection', async () => {
    const database = await make();
    const state = await database.open('ann');
    await state.acquire({ scope: EVERYWHERE, waitMs: 0, onWait: () => undefined });
    await state.setRepository('one');
    expect(await database.read('SELECT * FROM sisyphus_session')).toEqual([]);
    await database.remove();
  });
});
