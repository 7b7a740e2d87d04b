import { inspect } from 'node:util';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../test/bed/free-port.ts';
import { startTcpProxy, type TcpProxy } from '../../test/bed/tcp-proxy.ts';
import { ServiceError, SisyphusError, UserError } from '../model/errors.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { Database } from './dialect.ts';
import { openMysql } from './mysql.ts';
import { openState } from './open-state.ts';
import { openPostgres } from './postgres.ts';
import { type Limits, WORK_LIMITS } from './server-driver.ts';
import { describeOn, type TestDatabase } from './test-databases.ts';

const CANARY = 'canary-p@ss/w:rd?';
const SESSION = { username: 'ann', userId: null, application: 'sisyphus/test' };
const IMPATIENT: Limits = { statementMs: 2_000, graceMs: 5_000, lockMs: 1_000 };

function open(url: string, limits = WORK_LIMITS): Promise<Database> {
  const address = parseDatabaseUrl(url);
  if (address.type === 'sqlite') throw new TypeError('a file is no server');
  const openServer = address.type === 'postgres' ? openPostgres : openMysql;
  return openServer(address, SESSION, limits);
}

/** The URL with parts of it replaced. */
function changed(url: string, parts: Partial<URL>): string {
  return Object.assign(new URL(url), parts).href;
}

async function failure(url: string): Promise<unknown> {
  const opened = openState({ url, actor: { username: 'ann' } });
  return opened.then((state) => state.close()).catch((error: unknown) => error);
}

/** Everything that anybody could print of an error. */
function everythingOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : '';
  return JSON.stringify(error) + stack + inspect(error, { depth: 20, showHidden: true });
}

describeOn(['postgres', 'mariadb'], 'a server', ({ name, make }) => {
  const isPostgres = name === 'postgres';
  const user = `canary_${process.pid}`;
  let database: TestDatabase;
  let proxy: TcpProxy | undefined;

  /** The way through a proxy that can break. */
  async function throughProxy(): Promise<{ url: string; proxy: TcpProxy }> {
    proxy = await startTcpProxy(Number(new URL(database.url).port));
    return { url: changed(database.url, { port: String(proxy.port) }), proxy };
  }

  /** A user of the server who may do nothing, with the canary as password. */
  async function strangerUrl(): Promise<string> {
    await database.run(
      isPostgres
        ? `CREATE ROLE ${user} LOGIN PASSWORD '${CANARY}'`
        : `CREATE USER ${user} IDENTIFIED BY '${CANARY}'`,
    );
    return changed(database.url, { username: user, password: encodeURIComponent(CANARY) });
  }

  beforeEach(async () => {
    database = await make();
  });

  afterEach(async () => {
    await proxy?.stop();
    proxy = undefined;
    await database.run(`DROP USER IF EXISTS ${user}`);
    await database.remove();
  });

  describe('that cannot be used', () => {
    const password = encodeURIComponent(CANARY);

    it.each<[string, string, (url: string) => Promise<string> | string]>([
      [
        'nothing listens',
        'database-unreachable',
        async (url) => changed(url, { password, port: String(await freePort()) }),
      ],
      [
        'its name is unknown',
        'database-unreachable',
        (url) => changed(url, { password, hostname: 'nowhere.invalid' }),
      ],
      [
        'its socket is missing',
        'database-unreachable',
        (url) =>
          `${changed(url, { password })}?${isPostgres ? 'host=/nowhere' : 'socket=/nowhere/x.sock'}`,
      ],
      [
        'the password is wrong',
        'database-credentials-refused',
        (url) => changed(url, { password }),
      ],
      [
        'the user is unknown',
        'database-credentials-refused',
        (url) => changed(url, { username: 'nobody', password }),
      ],
      [
        'there is no password',
        'database-credentials-refused',
        (url) => changed(url, { password: '' }),
      ],
    ])('is named, but never the password, when %s', async (_, code, urlOf) => {
      const error = await failure(await urlOf(database.url));
      expect(error).toBeInstanceOf(SisyphusError);
      expect(error).toMatchObject({ code });
      expect((error as Error).message).toMatch(/the (PostgreSQL|MariaDB) server \S*[.:/]\S*/i);
      expect(everythingOf(error)).not.toContain(CANARY);
      expect(everythingOf(error)).not.toContain(password);
    });

    it('says which database it does not have', async () => {
      const url = new URL(database.url);
      url.pathname = 'missing';
      const error = await failure(url.href);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({
        code: 'unknown-database',
        message: expect.stringMatching(/ has no database missing\.$/),
      });
      expect(everythingOf(error)).not.toContain(url.password);
    });

    it('says whose rights are missing', async () => {
      const error = await failure(await strangerUrl());
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({
        code: 'database-rights-missing',
        message: expect.stringContaining(`User ${user} lacks rights in the database `),
        detail: expect.stringMatching(/denied/),
      });
      expect(everythingOf(error)).not.toContain(CANARY);
    });

    it('is not waited for longer than the URL says', async () => {
      const { url, proxy } = await throughProxy();
      proxy.freeze();
      const timeout = isPostgres ? 'connect_timeout=1' : 'connect-timeout=1';
      const error = await failure(`${url}?${timeout}`);
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code: 'database-unreachable' });
    });
  });

  describe('in use', () => {
    let opened: Database | undefined;

    afterEach(async () => {
      await opened?.db.destroy();
      opened = undefined;
    });

    const query = (text: string) => sql.raw(text).execute((opened as Database).db);
    const failing = (text: string) => query(text).catch((error: unknown) => error);

    it('is given up when a statement takes too long, and stays of use', async () => {
      opened = await open(database.url, IMPATIENT);
      const error = await failing(isPostgres ? 'select pg_sleep(60)' : 'select sleep(60)');
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code: 'database-timeout' });
      expect((await query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });

    it('is given up when somebody keeps a row locked', async () => {
      await database.run('CREATE TABLE things (id integer primary key)');
      await database.run('INSERT INTO things VALUES (1)');
      opened = await open(database.url, IMPATIENT);
      const holder = await open(database.url);
      await holder.db.transaction().execute(async (db) => {
        await sql`update things set id = 2`.execute(db);
        expect(await failing('delete from things')).toMatchObject({ code: 'database-locked' });
      });
      await holder.db.destroy();
      await query('delete from things');
    });

    it('is given up when it goes silent', async () => {
      const { url, proxy } = await throughProxy();
      opened = await open(url, { statementMs: 300, graceMs: 200, lockMs: 100 });
      await query('select 1');
      proxy.freeze();
      expect(await failing('select 1')).toMatchObject({ code: 'database-timeout' });
    });

    it('is connected to anew after its connections broke', async () => {
      const { url, proxy } = await throughProxy();
      opened = await open(url);
      await query('select 1');
      proxy.cut();
      await vi.waitFor(async () => {
        expect((await query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      });
    });

    it('is said to be lost when the connection breaks in the middle of work', async () => {
      const { url, proxy } = await throughProxy();
      opened = await open(url);
      await query('select 1');
      const asleep = failing(isPostgres ? 'select pg_sleep(60)' : 'select sleep(60)');
      await vi.waitFor(async () => {
        const sessions = await database.read(
          isPostgres
            ? "SELECT pid FROM pg_stat_activity WHERE query LIKE 'select pg_sleep%'"
            : "SELECT id FROM information_schema.processlist WHERE info LIKE 'select sleep%'",
        );
        expect(sessions).toHaveLength(1);
      });
      proxy.cut();
      expect(await asleep).toMatchObject({ code: 'database-connection-lost' });
    });

    it('runs more statements at once than it has connections', async () => {
      opened = await open(database.url);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => query(`select ${i} as number`)),
      );
      expect(results.map(({ rows }) => rows)).toEqual(
        Array.from({ length: 20 }, (_, number) => [{ number }]),
      );
    });
  });
});
