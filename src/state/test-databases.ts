import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openState } from './open-state.ts';
import type { State } from './port.ts';

/** A database of its own for one test. */
export interface TestDatabase {
  readonly url: string;
  /** Opens it as the program does; `remove` closes what is still open. */
  open(username?: string): Promise<State>;
  /** Runs statements past the program. */
  run(sql: string): void;
  /** Reads rows past the program. */
  read(sql: string): Record<string, unknown>[];
  remove(): Promise<void>;
}

/** Every kind of database that the state may live in. */
export const databases = [{ name: 'sqlite', make: makeSqlite }];

async function makeSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-state-'));
  const path = join(folder, 'state.db');
  const url = `sqlite:${path}`;
  const opened: State[] = [];
  return {
    url,
    async open(username = 'ann') {
      const state = await openState({ url, actor: { username } });
      opened.push(state);
      return state;
    },
    run: (sql) => withFile(path, (file) => file.exec(sql)),
    read: (sql) => withFile(path, (file) => file.prepare<[], Record<string, unknown>>(sql).all()),
    async remove() {
      for (const state of opened) await state.close();
      await rm(folder, { recursive: true });
    },
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
