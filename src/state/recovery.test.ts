import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import { InternalError, ServiceError, UserError } from '../model/errors.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import { LeaseLostError } from './errors.ts';
import type { EntryId, HistoryEntry, LeaseScope, State } from './port.ts';
import { databases, type TestDatabase } from './test-databases.ts';

const IMAGE = 'registry.example/till@sha256:01';
const ALL: LeaseScope = { clusters: [], namespaces: [] };
const MARKET: LeaseScope = { clusters: [], namespaces: ['market'] };
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as the apply records it. */
function applied(name: string, namespace = 'market') {
  const key: ObjectKey = { cluster: 'east', apiVersion: 'v1', kind: 'Secret', namespace, name };
  const { apiVersion, kind } = key;
  const answer: Manifest = { apiVersion, kind, metadata: { name }, data: { pin: SECRET_MASK } };
  return { key, answer, sent: answer, createdHere: true };
}

function failedAt(name: string): HistoryEntry {
  return { key: applied(name).key, image: IMAGE, outcome: 'failed' };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined).catch((error: unknown) => error);
}

for (const { name, make } of databases) {
  describe(`${name}: an outcome that the database cannot take`, () => {
    let database: TestDatabase;
    let home: string;

    async function writer(username = 'ann', scope = ALL): Promise<State> {
      const state = await database.open(username);
      await state.acquire({ scope, waitMs: 0, onWait: () => undefined });
      return state;
    }

    const begin = (state: State, name: string, namespace?: string) =>
      state.begin({ action: 'create', key: applied(name, namespace).key });

    /** Runs something while objects and history cannot be written. */
    async function withoutTables<T>(action: () => Promise<T>): Promise<T> {
      const tables = ['kubernetes_objects', 'object_history'];
      for (const table of tables)
        await database.run(`ALTER TABLE ${table} RENAME TO away_${table}`);
      try {
        return await action();
      } finally {
        for (const table of tables) {
          await database.run(`ALTER TABLE away_${table} RENAME TO ${table}`);
        }
      }
    }

    /** Applies objects that the database cannot record. @returns the file that holds them */
    async function save(...names: string[]): Promise<string> {
      const state = await writer();
      const errors: unknown[] = [];
      for (const name of names) {
        const entry = await begin(state, name);
        const options = { entry, image: IMAGE };
        errors.push(await withoutTables(() => failure(state.record(applied(name), options))));
      }
      await state.close();
      return pathIn(errors[0]);
    }

    function pathIn(error: unknown): string {
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code: 'outcome-saved', cause: expect.any(Error) });
      return /saved in (.*)\.$/.exec(String(error))?.[1] ?? '';
    }

    const namesOf = async (state: State) =>
      (await state.objects()).map(({ key }) => key.name).sort();

    beforeEach(async () => {
      database = await make();
      home = await mkdtemp(join(tmpdir(), 'sisyphus-recovery-'));
      vi.stubEnv('XDG_STATE_HOME', home);
    });

    afterEach(async () => {
      vi.unstubAllEnvs();
      await database.remove();
      await rm(home, { recursive: true });
    });

    it('is kept in a file, and brought home by the next writer', async () => {
      await save('one', 'two');
      const state = await writer('bob');
      expect(await state.inFlight()).toHaveLength(2);
      expect(await state.mergeSaved()).toBe(2);
      expect(await state.inFlight()).toEqual([]);
      expect((await state.objects()).map((one) => ({ ...one }))).toContainEqual(
        expect.objectContaining(applied('one')),
      );
      expect(await namesOf(state)).toEqual(['one', 'two']);
    });

    it('keeps its author and its time in the history', async () => {
      const path = await save('one');
      const text = await readFile(path, 'utf8');
      const early = text.replace(/"at":"[^"]*"/, '"at":"2001-02-03T04:05:06.789Z"');
      await writeFile(path, early);
      await (await writer('bob')).mergeSaved();
      const [row] = await database.read('SELECT deployed_at, deployed_by FROM object_history');
      expect(row?.deployed_by).toBe('ann');
      const time = row?.deployed_at;
      const read = time instanceof Date ? time.toISOString() : String(time).replace(' ', 'T');
      expect(read.slice(0, 19)).toBe('2001-02-03T04:05:06');
    });

    it('may be that an object is gone, or that an attempt failed', async () => {
      const state = await writer();
      await state.record(applied('gone'));
      const { key } = applied('gone');
      const removed = await state.begin({ action: 'delete', key });
      const bad = await begin(state, 'bad');
      await withoutTables(async () => {
        pathIn(await failure(state.forget(key, removed)));
        pathIn(await failure(state.abandon(bad, failedAt('bad'))));
      });
      await state.close();
      const later = await writer();
      expect(await namesOf(later)).toEqual(['gone']);
      expect(await later.mergeSaved()).toBe(2);
      expect(await namesOf(later)).toEqual([]);
      expect(await later.inFlight()).toEqual([]);
      const history = await database.read('SELECT name, outcome FROM object_history');
      expect(history).toEqual([{ name: 'bad', outcome: 'failed' }]);
    });

    it('is for the eyes of its owner, without values of Secrets', async () => {
      const state = await writer();
      const entry = await begin(state, 'one');
      const object = applied('one');
      const metadata = { name: 'one', annotations: { [LAST_APPLIED]: 'canary' } };
      const noted = { ...object, answer: { ...object.answer, metadata } };
      const error = await withoutTables(() => failure(state.record(noted, { entry })));
      const path = pathIn(error);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).not.toContain('canary');
      const bare = { ...object, sent: { ...object.answer, data: { pin: 'Y2FuYXJ5' } } };
      const manifest = bare.sent;
      const refused = await withoutTables(async () => [
        await failure(state.record(bare, { entry })),
        await failure(state.abandon(entry, { ...failedAt('one'), manifest })),
      ]);
      for (const one of refused) expect(one).toBeInstanceOf(InternalError);
      expect(await readFile(path, 'utf8')).not.toContain('Y2FuYXJ5');
    });

    it('is brought home once, however often it is read', async () => {
      const path = await save('one');
      await copyFile(path, `${path}.copy`);
      const state = await writer();
      expect(await state.mergeSaved()).toBe(1);
      expect(await failure(stat(path))).toMatchObject({ code: 'ENOENT' });
      expect(await state.mergeSaved()).toBe(0);
      await copyFile(`${path}.copy`, path);
      expect(await state.mergeSaved()).toBe(0);
      expect(await failure(stat(path))).toMatchObject({ code: 'ENOENT' });
      expect(await database.read('SELECT * FROM object_history')).toHaveLength(1);
      await rm(`${path}.copy`);
    });

    it('is dropped when somebody found out by other means', async () => {
      await save('one');
      const state = await writer();
      const [entry] = await state.inFlight();
      await state.abandon(entry?.id as EntryId);
      expect(await state.mergeSaved()).toBe(0);
      expect(await namesOf(state)).toEqual([]);
    });

    it('waits in the file for a lease that reaches it', async () => {
      const state = await writer();
      const entries = [await begin(state, 'one'), await begin(state, 'two', 'shop')];
      const path = await withoutTables(async () => {
        await failure(state.record(applied('one'), { entry: entries[0] }));
        return pathIn(await failure(state.record(applied('two', 'shop'), { entry: entries[1] })));
      });
      await state.close();
      const narrow = await writer('ann', MARKET);
      expect(await narrow.mergeSaved()).toBe(1);
      expect(await namesOf(narrow)).toEqual(['one']);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await narrow.close();
      const wide = await writer();
      expect(await wide.mergeSaved()).toBe(1);
      expect(await namesOf(wide)).toEqual(['one', 'two']);
    });

    it.each([
      ['no JSON', '{"settlement":'],
      ['no outcome', '{"settlement":{"entry":{"lease":1,"number":1},"record":{}},"by":{}}'],
    ])('is left alone where a line of the file is %s', async (_, damage) => {
      const path = await save('one', 'two');
      const [first, second] = (await readFile(path, 'utf8')).split('\n');
      const damaged = [first, damage, second, ''].join('\n');
      await writeFile(path, damaged);
      const state = await writer();
      const error = await failure(state.mergeSaved());
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({
        code: 'damaged-recovery-file',
        message: `Line 2 of the recovery file ${path} is damaged.`,
      });
      expect(await readFile(path, 'utf8')).toBe(damaged);
      expect(await namesOf(state)).toEqual([]);
    });

    it('is not missed where the last line was cut off', async () => {
      const path = await save('one', 'two');
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.slice(0, -10));
      const state = await writer();
      expect(await state.mergeSaved()).toBe(1);
      expect((await state.inFlight()).map(({ key }) => key.name)).toEqual(['two']);
      expect(await failure(stat(path))).toMatchObject({ code: 'ENOENT' });
    });

    it('is not kept where the lease is what was lost', async () => {
      const state = await writer();
      const entry = await begin(state, 'one');
      await (await database.open()).unlock(String(entry.lease));
      expect(await failure(state.record(applied('one'), { entry }))).toBeInstanceOf(LeaseLostError);
      expect(await (await writer()).mergeSaved()).toBe(0);
    });

    it('is told with both errors where the file cannot be written either', async () => {
      const path = await save('one');
      const state = await writer();
      await state.mergeSaved();
      await mkdir(path);
      const entry = await begin(state, 'two');
      const error = await withoutTables(() => failure(state.record(applied('two'), { entry })));
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({
        code: 'outcome-not-saved',
        detail: expect.stringMatching(/kubernetes_objects.*\nNor could it be saved in .*EISDIR/),
      });
      await rm(path, { recursive: true });
    });
  });
}
