import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { BareDatabase, TestRow } from './test-databases.ts';

const TIME = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?(?:\+00)?$/;

/** Makes a database on a PostgreSQL server. */
export function makePostgres(server: string): Promise<BareDatabase> {
  return makeOn(server, withPostgres, (name) => `drop database ${name} with (force)`);
}

/** Makes a database on a MySQL or MariaDB server. */
export function makeMariadb(server: string): Promise<BareDatabase> {
  return makeOn(server, withMariadb, (name) => `drop database ${name}`);
}

type Query = (sql: string) => Promise<TestRow[]>;
type Connect = <T>(url: string, use: (query: Query) => Promise<T>) => Promise<T>;

async function makeOn(
  server: string,
  connect: Connect,
  drop: (name: string) => string,
): Promise<BareDatabase> {
  const name = `sisyphus_test_${randomBytes(6).toString('hex')}`;
  await connect(server, (query) => query(`create database ${name}`));
  const address = new URL(server);
  address.pathname = name;
  const url = address.href;
  return {
    url,
    run: async (sql) => void (await connect(url, (query) => query(sql))),
    read: (sql) => connect(url, async (query) => (await query(sql)).map(readable)),
    remove: async () => void (await connect(server, (query) => query(drop(name)))),
  };
}

async function withPostgres<T>(url: string, use: (query: Query) => Promise<T>): Promise<T> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, String);
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC', types });
  await client.connect();
  try {
    return await use(async (sql) => (await client.query(sql)).rows);
  } finally {
    await client.end();
  }
}

async function withMariadb<T>(url: string, use: (query: Query) => Promise<T>): Promise<T> {
  const options = { multipleStatements: true, dateStrings: true, timezone: 'Z' };
  const { hostname, port, username, password, pathname } = new URL(url);
  const client = await mysql.createConnection({
    ...options,
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
  });
  try {
    return await use(async (sql) => (await client.query(sql))[0] as TestRow[]);
  } finally {
    await client.end();
  }
}

/** The row with times and JSON as every kind of database could give them. */
export function readable(row: TestRow): TestRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(name, value)]));
}

function plain(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (name.endsWith('_data')) return JSON.parse(value);
  return TIME.exec(value)?.[1] ?? value;
}
