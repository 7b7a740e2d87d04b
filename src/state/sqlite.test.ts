import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, open, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError, UserError } from '../model/errors.ts';
import { EVERYWHERE } from './lease-scope.ts';
import { openState } from './open-state.ts';
import { inOwnProcess } from './own-process.fixture.ts';
import { openSqlite } from './sqlite.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SESSION = { username: 'ann', userId: null, application: 'sisyphus/test' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-sqlite-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function failure(path: string): Promise<unknown> {
  const opened = openState({ url: `sqlite:${path}`, actor: { username: 'ann' } });
  return opened.then((state) => state.close()).catch((error: unknown) => error);
}

describe('a SQLite file', () => {
  it('is made for its owner alone', async () => {
    const path = join(folder, 'state.db');
    const state = await openState({ url: `sqlite:${path}`, actor: { username: 'ann' } });
    await state.acquire({ scope: EVERYWHERE, waitMs: 0, onWait: () => undefined });
    await state.setRepository('production');
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    await state.close();
  });

  it('keeps the rights it has', async () => {
    const path = join(folder, 'state.db');
    await writeFile(path, '', { mode: 0o640 });
    expect(await failure(path)).toBeUndefined();
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('is set up so that what is deleted is gone, and syncs are left to the program', async () => {
    const path = join(folder, 'state.db');
    const { db } = await openSqlite(path, SESSION);
    const { rows } = await sql`SELECT * FROM
      pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_secure_delete`.execute(
      db,
    );
    expect(rows).toEqual([
      { journal_mode: 'wal', synchronous: 1, foreign_keys: 1, secure_delete: 1 },
    ]);
    await db.destroy();
  });

  it('lets its process end in spite of a lease', async () => {
    const url = `sqlite:${join(folder, 'state.db')}`;
    const { exitCode, stderr } = await inOwnProcess(
      `const state = await openState({ url: ${JSON.stringify(url)}, actor });
      const scope = { clusters: [], namespaces: [] };
      await state.acquire({ scope, waitMs: 0, onWait: () => undefined });`,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const state = await openState({ url, actor: { username: 'ann' } });
    expect(await state.leases()).toHaveLength(1);
    await state.close();
  });

  it('can be made by several processes at once', async () => {
    // Many files, because the processes meet in the middle of making one only now and then.
    const urls = Array.from({ length: 20 }, (_, i) => `sqlite:${join(folder, `state-${i}.db`)}`);
    const processes = ['p0', 'p1', 'p2', 'p3'].map((name) =>
      inOwnProcess(
        `await Promise.all([import('better-sqlite3'), import('kysely')]);
        console.log('ready');
        for await (const _ of process.stdin);
        const key = { cluster: 'east', apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name: '${name}' };
        const answer = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' } };
        const scope = { clusters: [], namespaces: [] };
        for (const url of ${JSON.stringify(urls)}) {
          const state = await openState({ url, actor });
          await state.acquire({ scope, waitMs: 60_000, onWait: () => undefined });
          await state.record({ key, answer });
          await state.close();
        }`,
      ),
    );
    await Promise.all(processes.map(({ stdout }) => once(stdout, 'data')));
    for (const { stdin } of processes) stdin.end();
    for (const { exitCode, stderr } of await Promise.all(processes)) {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    }
    for (const url of urls) {
      const state = await openState({ url, actor: { username: 'ann' } });
      const names = (await state.objects()).map(({ key }) => key.name).sort();
      expect(names).toEqual(['p0', 'p1', 'p2', 'p3']);
      await state.close();
    }
  });
});

describe('a path that cannot be the state', () => {
  it('is refused when the file is something else', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'Dear diary, '.repeat(1000));
    const error = await failure(path);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      code: 'not-a-database',
      message: `${path} is not a SQLite database.`,
    });
  });

  it('is refused when its folder is missing', async () => {
    const path = join(folder, 'missing', 'state.db');
    expect(await failure(path)).toMatchObject({
      code: 'database-folder-missing',
      message: `The folder for the database ${path} does not exist.`,
    });
  });

  it('is refused when a file stands where its folder should be', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await failure(join(folder, 'file', 'state.db'))).toMatchObject({
      code: 'database-folder-missing',
    });
  });

  it('is refused when it is a folder', async () => {
    expect(await failure(folder)).toMatchObject({ code: 'database-not-readable' });
  });

  it('is refused when the database is damaged', async () => {
    const path = join(folder, 'state.db');
    expect(await failure(path)).toBeUndefined();
    // The first page's header of 100 bytes stays whole; what it lists does not.
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(1000, 0xff), 0, 1000, 100);
    await file.close();
    expect(await failure(path)).toMatchObject({ code: 'database-damaged' });
  });

  it('is refused after a while, and then at once, when another process keeps it locked', async () => {
    const path = join(folder, 'state.db');
    expect(await failure(path)).toBeUndefined();
    const holder = new Sqlite(path);
    holder.exec('BEGIN EXCLUSIVE');
    const { db } = await openSqlite(path, SESSION, 50);
    const insert = db.insertInto('sisyphus_settings').values({ name: 'a', value: 'b' });
    const error = await insert.execute().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code: 'database-locked',
      message: `Another process keeps the database ${path} locked.`,
    });
    const timeout = sql<{ timeout: number }>`pragma busy_timeout`;
    expect((await timeout.execute(db)).rows).toEqual([{ timeout: 0 }]);
    holder.close();
    await insert.execute();
    expect((await timeout.execute(db)).rows).toEqual([{ timeout: 50 }]);
    await db.destroy();
  });

  it('is refused after a while when another process locks it before it is set up', async () => {
    const path = join(folder, 'state.db');
    const holder = new Sqlite(path);
    holder.exec('BEGIN EXCLUSIVE; CREATE TABLE t (a)');
    const error = await openSqlite(path, SESSION, 50).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'database-locked' });
    holder.close();
  });

  it('is refused when it may not be written', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked);
    const old = join(locked, 'old.db');
    expect(await failure(old)).toBeUndefined();
    await chmod(folder, 0o755);
    await chmod(old, 0o444);
    await chmod(locked, 0o555);
    // Root may write anywhere, so the process gives its rights up once everything is loaded.
    const urls = ['writable.db', 'locked/old.db', 'locked/new.db'].map(
      (path) => `sqlite:${join(folder, path)}`,
    );
    const { stdout } = await inOwnProcess(
      `for (const url of ${JSON.stringify(urls)}) {
        const result = await openState({ url, actor }).catch((error) => error.code);
        console.log(typeof result === 'string' ? result : 'open');
        if (process.getuid() === 0) process.seteuid(65534);
      }`,
    );
    await chmod(locked, 0o755);
    expect(stdout).toBe('open\ndatabase-not-writable\ndatabase-not-writable');
  });
});

describe('a missing SQLite driver', () => {
  it('is named, with what to do', async () => {
    // The files alone, in a place from which the driver's package cannot be found.
    for (const part of ['src', 'migrations']) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(ROOT, 'node_modules/kysely'), join(folder, 'node_modules/kysely'));
    const { stdout, stderr } = await inOwnProcess(
      `await openState({ url: 'sqlite:state.db', actor }).catch((error) => console.log(error.message, error.detail));`,
      pathToFileURL(join(folder, 'src/state/open-state.ts')).href,
    );
    expect({ stdout, stderr }).toEqual({
      stdout: 'The SQLite driver better-sqlite3 cannot be loaded. npm did not install the package.',
      stderr: '',
    });
  });
});
