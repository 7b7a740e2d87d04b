import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { DatabaseServer } from '../../test/bed/database-server.ts';
import { startMariadb } from '../../test/bed/mariadb.ts';
import { startPostgres } from '../../test/bed/postgres.ts';
import { UserError } from '../model/errors.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { openDatabase } from './open-state.ts';
import { describeOn } from './test-databases.ts';

const SESSION = { username: 'ann', userId: null, application: 'sisyphus/test' };

/** The kinds of servers, their words for TLS, and how they tell that a connection is encrypted. */
const KINDS = [
  {
    name: 'postgres',
    start: startPostgres,
    words: {
      mode: 'sslmode',
      ca: 'sslrootcert',
      certificate: 'sslcert',
      key: 'sslkey',
      disable: 'disable',
      prefer: 'prefer',
      require: 'require',
      chain: 'verify-ca',
      full: 'verify-full',
    },
    cipher: 'SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    certified: {
      prepare: 'SELECT 1',
      login: {},
      query: 'SELECT client_dn AS cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      answer: '/CN=ann',
    },
  },
  {
    name: 'mariadb',
    start: startMariadb,
    words: {
      mode: 'ssl-mode',
      ca: 'ssl-ca',
      certificate: 'ssl-cert',
      key: 'ssl-key',
      disable: 'DISABLED',
      prefer: 'PREFERRED',
      require: 'REQUIRED',
      chain: 'VERIFY_CA',
      full: 'VERIFY_IDENTITY',
    },
    cipher: `SELECT nullif(variable_value, '') AS cipher FROM information_schema.session_status
      WHERE variable_name = 'ssl_cipher'`,
    certified: {
      prepare: `CREATE OR REPLACE USER certified IDENTIFIED BY 'certified' REQUIRE X509`,
      login: { username: 'certified', password: 'certified', pathname: 'information_schema' },
      query: 'SELECT substring_index(current_user(), 0x40, 1) AS cipher',
      answer: 'certified',
    },
  },
] as const;

const servers = inject('databases');
/** Connects, and tells the cipher of the connection; null where there is none. */
async function connect(url: string, cipher: string): Promise<unknown> {
  const database = await openDatabase(parseDatabaseUrl(url), SESSION);
  try {
    const { rows } = await sql.raw<{ cipher: unknown }>(cipher).execute(database.db);
    return rows[0]?.cipher;
  } finally {
    await database.db.destroy();
  }
}

// A server of somebody else's has certificates of somebody else's.
const names = KINDS.map(({ name }) => name).filter((name) => servers[name]?.bed !== undefined);

describeOn(names, 'TLS', ({ name }) => {
  const kind = KINDS.find((one) => one.name === name);
  const server = kind && servers[kind.name];
  if (kind === undefined || server?.bed === undefined) throw new TypeError(`${name} has no TLS`);
  const { start, words, cipher, certified } = kind;
  const { certificateFile: ca } = server.bed;

  let plain: DatabaseServer;
  let misnamed: DatabaseServer;
  let folder: string;

  /** The URL of a server under its name, with options. */
  function address(url: string, options: Record<string, string>, hostname = 'localhost'): string {
    const changed = Object.assign(new URL(url), { hostname });
    return `${changed.href}?${new URLSearchParams(options)}`;
  }

  async function failure(...parts: Parameters<typeof address>): Promise<unknown> {
    return connect(address(...parts), cipher).catch((error: unknown) => error);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sisyphus-tls-'));
    [plain, misnamed] = await Promise.all([start(), start({ tls: 'elsewhere' })]);
  });

  afterAll(async () => {
    await Promise.all([plain.stop(), misnamed.stop()]);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['as a rule', {}],
    ['where it is preferred', { [words.mode]: words.prefer }],
    ['where it is required', { [words.mode]: words.require }],
    ['where the authority is checked', { [words.mode]: words.chain, [words.ca]: ca }],
    ['where the host is checked as well', { [words.mode]: words.full, [words.ca]: ca }],
  ])('is spoken %s', async (_, options) => {
    expect(await connect(address(server.url, options), cipher)).toMatch(/^[A-Z0-9_-]{10,}$/);
  });

  it('is not spoken where it is disabled', async () => {
    const url = address(server.url, { [words.mode]: words.disable });
    expect(await connect(url, cipher)).toBeNull();
  });

  it.each([{}, { [words.mode]: words.prefer }])(
    'is done without where the server has none: %j',
    async (options) => {
      expect(await connect(address(plain.url, options), cipher)).toBeNull();
    },
  );

  it.each([words.require, words.chain, words.full])(
    'is insisted on by the mode %s',
    async (mode) => {
      const error = await failure(plain.url, { [words.mode]: mode });
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ code: 'database-without-tls' });
    },
  );

  it.each([words.chain, words.full])(
    'is refused by the mode %s with a server of an authority unknown',
    async (mode) => {
      const error = await failure(server.url, { [words.mode]: mode });
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({
        code: 'database-certificate-refused',
        detail: expect.stringMatching(/certificate/),
      });
    },
  );

  it('is refused by an authority alone, without a mode that asks for a check', async () => {
    const foreign = join(folder, 'foreign.pem');
    const { rootCertificates } = await import('node:tls');
    await writeFile(foreign, rootCertificates[0] ?? '');
    const options = { [words.mode]: words.require, [words.ca]: foreign };
    expect(await failure(server.url, options)).toMatchObject({
      code: 'database-certificate-refused',
    });
  });

  it('is spoken with a server of another name only where the name is not checked', async () => {
    const chain = { [words.mode]: words.chain, [words.ca]: ca };
    expect(await connect(address(misnamed.url, chain), cipher)).toEqual(expect.any(String));
    const full = { [words.mode]: words.full, [words.ca]: ca };
    expect(await failure(misnamed.url, full)).toMatchObject({
      code: 'database-certificate-refused',
    });
  });

  it('needs a name to check, and an address is none', async () => {
    const full = { [words.mode]: words.full, [words.ca]: ca };
    expect(await failure(server.url, full, '127.0.0.1')).toBeInstanceOf(UserError);
  });

  it('shows a certificate of this side', async () => {
    const chain = { [words.mode]: words.chain, [words.ca]: ca };
    const certificate = {
      [words.certificate]: join(dirname(ca), 'client.pem'),
      [words.key]: join(dirname(ca), 'client.key'),
    };
    const admin = await openDatabase(parseDatabaseUrl(server.url), SESSION);
    await sql.raw(certified.prepare).execute(admin.db);
    await admin.db.destroy();
    const url = Object.assign(new URL(server.url), certified.login).href;
    const bare = await connect(address(url, chain), certified.query).catch(() => null);
    expect(bare).toBeNull();
    const shown = await connect(address(url, { ...chain, ...certificate }), certified.query);
    expect(shown).toBe(certified.answer);
  });

  it('names a file that cannot be read or is none', async () => {
    const missing = { [words.mode]: words.chain, [words.ca]: join(folder, 'missing.pem') };
    expect(await failure(server.url, missing)).toMatchObject({
      code: 'unreadable-certificate',
      message: expect.stringContaining(join(folder, 'missing.pem')),
    });
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'Dear diary');
    expect(await failure(server.url, { ...missing, [words.ca]: text })).toMatchObject({
      code: 'unreadable-certificate',
      message: expect.stringMatching(/holds no PEM text/),
    });
  });
});
