import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Conversation } from './own-process.fixture.ts';
import { type DatabaseKind, describeOn, type TestDatabase } from './test-databases.ts';

const MODULE = new URL('./open-state.ts', import.meta.url).href;
const URLS = new URL('./database-url.ts', import.meta.url).href;

/** Sessions that wait for the lock, as each kind of server tells of them. */
const WAITING: Partial<Record<DatabaseKind['name'], string>> = {
  postgres: `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  mariadb: `SELECT id FROM information_schema.processlist
    WHERE state = 'User lock' AND db = database()`,
};

describeOn(['postgres', 'mariadb'], 'the lock of migrations', ({ name, make }) => {
  let database: TestDatabase;
  const children: Conversation[] = [];

  /** A process that holds the lock, as a migration would, until it is killed. */
  async function holder(): Promise<Conversation> {
    const child = new Conversation(
      `const { openDatabase } = await import(${JSON.stringify(MODULE)});
        const { parseDatabaseUrl } = await import(${JSON.stringify(URLS)});
        const session = { username: 'ann', userId: null, application: 'test' };
        const { db } = await openDatabase(parseDatabaseUrl(${JSON.stringify(database.url)}), session);
        await db.connection().execute(async (own) => {
          await own.getExecutor().adapter.acquireMigrationLock(own);
          answer('held');
          for await (const line of lines);
        });`,
    );
    children.push(child);
    expect(await child.hear()).toBe('held');
    return child;
  }

  beforeEach(async () => {
    database = await make();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await database.remove();
  });

  it('lets one of several migrate, and the others wait', async () => {
    const states = await Promise.all(Array.from({ length: 4 }, () => database.open()));
    for (const state of states) expect(await state.objects()).toEqual([]);
    const done = await database.read('SELECT name FROM sisyphus_migrations');
    expect(new Set(done.map((row) => row.name)).size).toBe(done.length);
  });

  it('is free again when the process that held it is killed', async () => {
    const child = await holder();
    const opening = database.open();
    await vi.waitFor(async () => expect(await database.read(WAITING[name] ?? '')).toHaveLength(1), {
      timeout: 20_000,
    });
    await child.kill();
    expect(await (await opening).objects()).toEqual([]);
  });

  it('of one database is in the way of no other', async () => {
    await holder();
    const other = await make();
    expect(await (await other.open()).objects()).toEqual([]);
    await other.remove();
  });
});
