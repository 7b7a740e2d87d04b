import { readdir } from 'node:fs/promises';
import Sqlite from 'better-sqlite3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { originalTables } from '../../src/state/original.fixture.ts';
import { makeMariadb, makePostgres } from '../../src/state/servers.fixture.ts';
import type { BareDatabase } from '../../src/state/test-databases.ts';
import { wantedDatabases } from '../setup-databases.ts';
import { configMaps } from './config-maps.ts';
import { startServers } from './crash-matrix/database.ts';
import { World } from './world.ts';

let servers: Awaited<ReturnType<typeof startServers>>;

beforeAll(async () => {
  servers = await startServers();
});

afterAll(async () => {
  await servers?.stop();
});

/** A server's kind, and what lists the tables of a database. */
const LISTS = {
  postgres: "select table_name as n from information_schema.tables where table_schema = 'public'",
  mariadb: 'select table_name as n from information_schema.tables where table_schema = database()',
};

const onServers = wantedDatabases().filter((name) => name !== 'sqlite');

async function makeDatabase(name: keyof typeof LISTS): Promise<BareDatabase> {
  const url = servers.kinds.find((kind) => kind.name === name)?.url ?? '';
  const database = await (name === 'postgres' ? makePostgres(url) : makeMariadb(url));
  onTestFinished(() => database.remove());
  return database;
}

/** What doctor says of the database. */
async function examine(world: World, url?: string) {
  const { exitCode, stdout } = await world.run([
    'doctor',
    ...(url === undefined ? [] : ['--database-url', url]),
  ]);
  const [, mark, text] = /^(.) database: (.*(?:\n {4}.*)?)$/m.exec(stdout) ?? [];
  return { exitCode, mark, text };
}

const NEWER = `insert into sisyphus_migrations (name, timestamp) values ('9999-future', '2030-01-01')`;
const refusal = {
  exitCode: 1,
  mark: '✗',
  text: expect.stringMatching(/newer version of Sisyphus.*\n {4}Use that version or a later one/),
};

async function openWorld(): Promise<World> {
  const world = await World.open();
  await world.write({ '{ns}/index.yaml': configMaps('1', 1) });
  return world;
}

describe.each(onServers)('doctor at a database on %s', (name) => {
  it('tells an empty one, one that serves, and one of a newer version, and changes nothing', async () => {
    const world = await openWorld();
    const database = await makeDatabase(name);
    const { host, pathname } = new URL(database.url);
    const place = `database ${pathname.slice(1)} on the .* server ${host}`;
    expect(await examine(world, database.url)).toEqual({
      exitCode: 0,
      mark: '✓',
      text: expect.stringMatching(`${place}: the next command brings it to this version`),
    });
    expect(await database.read(LISTS[name])).toEqual([]);

    await world.push('--database-url', database.url);
    expect(await examine(world, database.url)).toEqual({
      exitCode: 0,
      mark: '✓',
      text: expect.stringMatching(`${place} serves production; 2 objects are tracked`),
    });

    await database.run(NEWER);
    expect(await examine(world, database.url)).toEqual(refusal);
  });

  it('says what to do about a wrong password, a missing database and a silent server', async () => {
    const world = await openWorld();
    const { url } = await makeDatabase(name);
    const changed = (change: (url: URL) => void) => {
      const other = new URL(url);
      change(other);
      return examine(world, other.href);
    };
    const refused = await changed((one) => {
      one.password = 'wrong-password';
    });
    const absent = await changed((one) => {
      one.pathname = '/absent';
    });
    const silent = await changed((one) => {
      one.port = '1';
    });
    for (const [found, words] of [
      [refused, /let user \S+ in.*\n {4}Check user and password/],
      [absent, /has no database absent.*\n {4}Create the database/],
      [silent, /Cannot connect to .*\n {4}Check host and port/],
    ] as const) {
      expect(found).toEqual({ exitCode: 1, mark: '✗', text: expect.stringMatching(words) });
      expect(found.text).not.toContain('wrong-password');
    }
  });
});

describe('doctor at a SQLite file', () => {
  /** Opens the world's database as another program does, until the test is over. */
  function holdOpen(world: World): Sqlite.Database {
    const file = new Sqlite(world.database);
    onTestFinished(() => void file.close());
    return file;
  }

  /** What the files hold but for the readers' marks; read elsewhere, as closing a file here would free its locks. */
  async function sumsOf(world: World): Promise<string> {
    const names = (await readdir(world.root)).filter((name) => /\.db(-wal|-journal)?$/.test(name));
    return (await execa('sha256sum', names.sort(), { cwd: world.root })).stdout;
  }

  it.each([
    ['with a write-ahead log', 'pragma journal_mode = wal', 'begin immediate'],
    ['with a write-ahead log, alone', 'pragma locking_mode = exclusive', 'begin exclusive'],
    ['with a rollback journal', 'pragma journal_mode = delete', 'begin immediate'],
    ['with a rollback journal, alone', 'pragma journal_mode = delete', 'begin exclusive'],
  ])('says that another process writes to it, %s', async (_, mode, begin) => {
    const world = await openWorld();
    await world.push();
    const file = holdOpen(world);
    file.exec(`${mode}; ${begin}; create table mine (a)`);
    const before = await sumsOf(world);
    expect(await examine(world)).toEqual({
      exitCode: 1,
      mark: '✗',
      text: expect.stringMatching(/keeps the database \S+ locked\.\n {4}Wait until that process/),
    });
    expect(await sumsOf(world)).toEqual(before);
    file.exec('rollback');
  });

  it('names records that are damaged', async () => {
    const world = await openWorld();
    await world.push();
    const file = holdOpen(world);
    file.exec(`update kubernetes_objects set yaml = '{"kind"' where kind = 'ConfigMap'`);
    const { exitCode, stdout } = await world.run(['doctor']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('2 objects are tracked');
    expect(stdout).toMatch(
      /✗ database: .*record of ConfigMap .* cannot be read.*\n {4}Restore that row/,
    );
  });

  it('is not kept from looking by another process that only reads', async () => {
    const world = await openWorld();
    await world.push();
    const file = holdOpen(world);
    file.exec('insert into sisyphus_settings (name, value) values (1, 1)');
    file.exec('begin; select * from kubernetes_objects');
    const before = await sumsOf(world);
    expect(before).toContain('.db-wal');
    expect(await examine(world)).toMatchObject({ exitCode: 0, mark: '✓' });
    expect(await sumsOf(world)).toEqual(before);
  });

  it('tells one of an older version, and one of a newer', async () => {
    const world = await openWorld();
    const file = holdOpen(world);
    file.exec(originalTables('sqlite'));
    expect(await examine(world)).toEqual({
      exitCode: 0,
      mark: '✓',
      text: `${world.database}: the next command brings it to this version`,
    });
    await world.push();
    expect(await examine(world)).toMatchObject({ text: expect.stringContaining('tracked') });
    file.exec(NEWER);
    expect(await examine(world)).toEqual(refusal);
  });
});
