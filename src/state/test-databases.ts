import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, inject } from 'vitest';
import { openState } from './open-state.ts';
import type { State } from './port.ts';
import { makeMariadb, makePostgres, readable } from './servers.fixture.ts';

/** A row as a test sees it. Times are text in whole seconds of UTC, JSON is parsed. */
export type TestRow = Record<string, unknown>;

/** A database without the program. */
export interface BareDatabase {
  readonly url: string;
  run(sql: string): Promise<void>;
  read(sql: string): Promise<TestRow[]>;
  remove(): Promise<void>;
}

/** A database of its own for one test. */
export interface TestDatabase {
  readonly url: string;
  /** Opens it as the program does; `remove` closes what is still open. */
  open(username?: string): Promise<State>;
  /** Runs statements past the program. */
  run(sql: string): Promise<void>;
  /** Reads rows past the program. */
  read(sql: string): Promise<TestRow[]>;
  remove(): Promise<void>;
}

/** A kind of database that the state may live in. */
export interface DatabaseKind {
  readonly name: 'sqlite' | 'postgres' | 'mariadb';
  /** Makes an empty database. */
  make(): Promise<TestDatabase>;
}

const { sqlite, postgres, mariadb } = inject('databases');

/** Every kind of database that this run tests. */
export const databases: readonly DatabaseKind[] = [
  sqlite && kind('sqlite', makeSqlite),
  postgres && kind('postgres', () => makePostgres(postgres.url)),
  mariadb && kind('mariadb', () => makeMariadb(mariadb.url)),
].filter((one) => typeof one === 'object');

/** Tests of some kinds of databases; none of them, where this run leaves those out. */
export function describeOn(
  names: readonly DatabaseKind['name'][],
  what: string,
  define: (kind: DatabaseKind) => void,
): void {
  const kinds = databases.filter(({ name }) => names.includes(name));
  if (kinds.length === 0) describe.skip(what, () => {});
  for (const kind of kinds) describe(`${kind.name}: ${what}`, () => define(kind));
}

function kind(name: DatabaseKind['name'], make: () => Promise<BareDatabase>): DatabaseKind {
  return { name, make: async () => openable(await make()) };
}

function openable(database: BareDatabase): TestDatabase {
  const opened: State[] = [];
  return {
    ...database,
    async open(username = 'ann') {
      const state = await openState({ url: database.url, actor: { username } });
      opened.push(state);
      return state;
    },
    async remove() {
      for (const state of opened) await state.close();
      await database.remove();
    },
  };
}

async function makeSqlite(): Promise<BareDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-state-'));
  const path = join(folder, 'state.db');
  return {
    url: `sqlite:${path}`,
    run: async (sql) => withFile(path, (file) => void file.exec(sql)),
    read: async (sql) =>
      withFile(path, (file) => file.prepare<[], TestRow>(sql).all().map(readable)),
    remove: () => rm(folder, { recursive: true }),
  };
}

function withFile<T>(path: string, use: (file: Sqlite.Database) => T): T {
  const file = new Sqlite(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}
