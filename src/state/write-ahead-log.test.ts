import fs from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from './dialect.ts';
import { migrate } from './migrate.ts';
import { openSqlite } from './sqlite.ts';

const SESSION = { username: 'ann', userId: null, application: 'sisyphus/test' };

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-log-'));
  database = await openSqlite(join(folder, 'state.db'), SESSION);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await database.db.destroy();
  await rm(folder, { recursive: true });
});

/** Counts the real syncs of the disk; some of them may fail as a disk does. */
function watchSyncs() {
  return [vi.spyOn(fs, 'fdatasync'), vi.spyOn(fs, 'fdatasyncSync')] as const;
}

const insert = (name: string, { db } = database) =>
  db.insertInto('sisyphus_settings').values({ name, value: '' }).execute();

const insertIn = (name: string) =>
  database.db.transaction().execute((db) => insert(name, { ...database, db }));

describe('the write-ahead log', () => {
  it('is synced before a migration counts as done', async () => {
    const [later] = watchSyncs();
    await migrate(database, { adopted: () => undefined });
    expect(later).toHaveBeenCalled();
  });

  it('is synced once before a transaction counts as committed, and before a statement alone', async () => {
    await migrate(database, { adopted: () => undefined });
    const [later, now] = watchSyncs();
    await insertIn('a');
    expect([later.mock.calls.length, now.mock.calls.length]).toEqual([1, 0]);
    await insert('b');
    expect([later.mock.calls.length, now.mock.calls.length]).toEqual([1, 1]);
  });

  it.each([
    ['a transaction', insertIn],
    ['a statement', insert],
  ])('takes nothing more once a sync has failed for %s', async (_, write) => {
    await migrate(database, { adopted: () => undefined });
    const [later, now] = watchSyncs();
    const failure = Object.assign(new Error('i/o error'), { code: 'EIO' });
    later.mockImplementationOnce((_descriptor, done) => done(failure));
    now.mockImplementationOnce(() => {
      throw failure;
    });
    const refused = { code: 'database-io', cause: failure };
    await expect(write('a')).rejects.toMatchObject(refused);
    await expect(insertIn('b')).rejects.toMatchObject(refused);
    await expect(insert('c')).rejects.toMatchObject(refused);
  });

  it('is found beside the file that a link leads to', async () => {
    const target = join(folder, 'target.db');
    await writeFile(target, '', { mode: 0o600 });
    await symlink(target, join(folder, 'link.db'));
    const linked = await openSqlite(join(folder, 'link.db'), SESSION);
    await migrate(linked, { adopted: () => undefined });
    await insert('a', linked);
    await linked.db.destroy();
  });
});
