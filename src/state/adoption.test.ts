import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import { UserError } from '../model/errors.ts';
import { openState } from './open-state.ts';
import { managedBy, originalNamespace, originalRow, originalTables } from './original.fixture.ts';
import { inOwnProcess } from './own-process.fixture.ts';
import type { State } from './port.ts';
import { describeOn, type TestDatabase } from './test-databases.ts';

const CANARY = 'canary-4711';
const BASE64 = Buffer.from(CANARY).toString('base64').replaceAll('=', '');
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const secret = (name: string, fields: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'market' },
  ...fields,
});

/** Everything in which the Original leaves values. */
const withValues = [
  secret('data', { data: { pin: BASE64 } }),
  secret('strings', { stringData: { pin: CANARY } }),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'noted',
      namespace: 'market',
      annotations: { [LAST_APPLIED]: `{"data":{"color":"${CANARY}"}}`, team: 'tills' },
    },
  },
];

describeOn(['sqlite', 'postgres'], 'adopting a database of the Original', ({ name, make }) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await make();
    await database.run(originalTables(name));
  });

  afterEach(() => database.remove());

  const record = (rows: readonly string[]) => database.run(rows.join('\n'));

  /** Opens the database, and tells what was said about its adoption. */
  async function adopt(): Promise<{ state: State; told: boolean[] }> {
    const told: boolean[] = [];
    const adopted = (isComplete: boolean) => told.push(isComplete);
    const state = await openState({ url: database.url, actor: { username: 'ann' }, adopted });
    onTestFinished(() => state.close());
    return { state, told };
  }

  /** The bytes of everything in which the database keeps the rows and what is noted of them. */
  async function bytes(): Promise<string> {
    if (name === 'sqlite') return await bytesOfFile(database.url.replace('sqlite:', ''));
    await database.run('CHECKPOINT');
    const read = 'pg_read_binary_file(pg_relation_filepath(oid))';
    const rows = await database.read(
      `SELECT relname, encode(${read}, 'escape') AS bytes FROM pg_class
        WHERE relkind IN ('r', 'i', 't') AND (oid > 16383)`,
    );
    return rows.map((row) => row.bytes).join('\n');
  }

  /** A transaction of somebody else that goes on reading what is there now. */
  async function reader(): Promise<() => Promise<void>> {
    if (name === 'sqlite') {
      const file = new Sqlite(database.url.replace('sqlite:', ''));
      file.pragma('journal_mode = wal');
      file.exec('begin; select * from kubernetes_objects');
      return async () => void file.close();
    }
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin isolation level repeatable read');
    await client.query('select * from object_pauses');
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const isThere = `SELECT 1 FROM pg_stat_activity WHERE pid = ${rows[0].pid}`;
    return async () => {
      await client.end();
      // Its server process reads for a moment longer.
      await vi.waitUntil(async () => (await database.read(isThere)).length === 0);
    };
  }

  it('leaves no value in the files, nor in what was deleted before', async () => {
    await record(withValues.map((object) => originalRow(object)));
    await record(withValues.map((object) => originalRow(object, { cluster: 'gone' })));
    await database.run("DELETE FROM kubernetes_objects WHERE cluster = 'gone'");
    const before = await bytes();
    expect(before).toContain(CANARY);
    expect(before).toContain(BASE64);
    const { told } = await adopt();
    expect(told).toEqual([true]);
    const after = await bytes();
    expect(after).toContain('tills');
    expect(after).not.toContain(CANARY);
    expect(after).not.toContain(BASE64);
  });

  it('keeps the names of the keys, and everything that is no value', async () => {
    await record(withValues.map((object) => originalRow(object)));
    const { state } = await adopt();
    const objects = new Map((await state.objects()).map(({ key, answer }) => [key.name, answer]));
    expect(objects.get('data')).toEqual(secret('data', { data: { pin: SECRET_MASK } }));
    expect(objects.get('strings')).toEqual(secret('strings', { data: { pin: SECRET_MASK } }));
    expect(objects.get('noted')?.metadata.annotations).toEqual({ team: 'tills' });
  });

  it('is told once, and not of a database that is new', async () => {
    await record([originalRow(originalNamespace('market'))]);
    expect((await adopt()).told).toEqual([true]);
    expect((await adopt()).told).toEqual([]);
    const other = await make();
    const told: boolean[] = [];
    const adopted = (isComplete: boolean) => told.push(isComplete);
    const state = await openState({ url: other.url, actor: { username: 'ann' }, adopted });
    await state.close();
    await other.remove();
    expect(told).toEqual([]);
  });

  it('is finished later where somebody still reads the old rows', async () => {
    await record(withValues.map((object) => originalRow(object)));
    const end = await reader();
    const { told, state } = await adopt();
    expect(told).toEqual([false]);
    expect(await state.objects()).toHaveLength(3);
    expect(await bytes()).toContain(CANARY);
    await end();
    expect((await adopt()).told).toEqual([true]);
    expect(await bytes()).not.toContain(CANARY);
  });

  it('is finished by the next command when it is killed in the middle', async () => {
    const many = Array.from({ length: 200 }, (_, i) =>
      originalRow(secret(`till-${i}`, { data: { pin: BASE64 } })),
    );
    await record([...many, ...withValues.map((object) => originalRow(object))]);
    const child = inOwnProcess(`await openState({ url: ${JSON.stringify(database.url)}, actor });`);
    await vi.waitUntil(async () => (await isBegun()) || child.exitCode !== null, {
      timeout: 50_000,
      interval: 1,
    });
    child.kill('SIGKILL');
    await child;
    const { state } = await adopt();
    expect(await state.objects()).toHaveLength(203);
    const after = await bytes();
    expect(after).not.toContain(CANARY);
    expect(after).not.toContain(BASE64);
  });

  /** Whether the values were removed from the rows. */
  async function isBegun(): Promise<boolean> {
    const query = "SELECT 1 FROM sisyphus_settings WHERE name = 'adopted'";
    return (await database.read(query).catch(() => [])).length > 0;
  }

  it('knows which Namespaces the Original brought into being', async () => {
    const label = { 'f:labels': { 'f:kubernetes.io/metadata.name': {} } };
    const later = { ...managedBy('labeler', 'Update', { 'f:labels': { 'f:a': {} } }) };
    await record([
      originalRow(originalNamespace('bare')),
      originalRow(originalNamespace('own', [managedBy('sisyphus', 'Apply', { 'f:labels': {} })])),
      originalRow(originalNamespace('labelled', [{ ...later, time: '2026-11-22T00:00:00Z' }])),
      originalRow(originalNamespace('posted', [managedBy('kubectl-create', 'Update', label)])),
      originalRow(originalNamespace('applied', [managedBy('flux', 'Apply', { 'f:labels': {} })])),
      originalRow(originalNamespace('older'), { created: '2026-11-21 02:00:00' }),
    ]);
    const { state } = await adopt();
    const born = (await state.objects()).filter(({ createdHere }) => createdHere);
    expect(born.map(({ key }) => key.name).sort()).toEqual(['bare', 'labelled', 'own']);
  });

  it('names rows that cannot be read when they are needed, and lets the others be', async () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'torn' } };
    await record([
      originalRow(originalNamespace('market')),
      originalRow(map, { yaml: 'kind: [ConfigMap' }),
      originalRow(secret('torn', {}), { yaml: `data: {pin: ${BASE64}` }),
    ]);
    const { state } = await adopt();
    const objects = await state.objects();
    const answerOf = (kind: string) => objects.find(({ key }) => key.kind === kind)?.answer;
    expect(answerOf('Namespace')?.metadata.name).toBe('market');
    for (const [kind, named] of Object.entries({
      ConfigMap: 'ConfigMap torn',
      Secret: 'Secret market/torn',
    })) {
      expect(() => answerOf(kind)).toThrow(UserError);
      expect(() => answerOf(kind)).toThrow(named);
    }
    const rows = await database.read('SELECT kind, yaml FROM kubernetes_objects');
    expect(rows.find(({ kind }) => kind === 'ConfigMap')?.yaml).toBe('kind: [ConfigMap');
    expect(JSON.stringify(rows)).not.toContain(BASE64);
  });

  it('goes on noting changes afterwards, by an audit that cannot be rewritten', async () => {
    await record([originalRow(originalNamespace('market'))]);
    await adopt();
    const audit = 'kubernetes_objects_audit';
    const [before] = await database.read(`SELECT count(*) AS entries FROM ${audit}`);
    await database.run("UPDATE kubernetes_objects SET name = 'bazaar'");
    const [after] = await database.read(`SELECT count(*) AS entries FROM ${audit}`);
    expect(Number(after?.entries)).toBe(Number(before?.entries) + 1);
    await expect(database.run(`DELETE FROM ${audit}`)).rejects.toThrow(/append-only/);
  });
});

describeOn(['postgres'], 'the audit of an adopted database', ({ name, make }) => {
  it('keeps its entries without the values, whatever its triggers are called', async () => {
    const database = await make();
    onTestFinished(() => database.remove());
    await database.run(
      originalTables(name).replaceAll('TRIGGER kubernetes_objects_record_change', 'TRIGGER t'),
    );
    await database.run(withValues.map((object) => originalRow(object)).join('\n'));
    await database.run("UPDATE kubernetes_objects SET cluster = 'west'");
    const before = await database.read('SELECT * FROM kubernetes_objects_audit');
    expect(before).toHaveLength(6);
    expect(JSON.stringify(before)).toContain(CANARY);
    const state = await database.open();
    expect(await state.objects()).toHaveLength(3);
    const after = await database.read('SELECT * FROM kubernetes_objects_audit ORDER BY id');
    expect(after.map(({ action }) => action)).toEqual(before.map(({ action }) => action));
    expect(JSON.stringify(after)).toContain('tills');
    expect(JSON.stringify(after)).not.toContain(CANARY);
    expect(JSON.stringify(after)).not.toContain(BASE64);
    const triggers = await database.read(
      "SELECT tgname FROM pg_trigger WHERE tgrelid = 'kubernetes_objects'::regclass",
    );
    expect(triggers).toEqual([{ tgname: 'kubernetes_objects_record_change' }]);
  });
});

async function bytesOfFile(path: string): Promise<string> {
  const names = await readdir(dirname(path));
  const own = names.filter((file) => file.startsWith(basename(path)));
  const texts = own.map((file) => readFile(join(dirname(path), file), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}
