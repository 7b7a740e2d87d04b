import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { State } from './port.ts';
import { databases, type TestDatabase } from './test-databases.ts';

let database: TestDatabase;
let state: State;

beforeEach(async () => {
  const sqlite = databases.find(({ name }) => name === 'sqlite');
  if (sqlite === undefined) throw new Error('there is no SQLite');
  database = await sqlite.make();
  state = await database.open();
  const scope = { clusters: [], namespaces: [] };
  await state.acquire({ scope, waitMs: 0, onWait: () => undefined });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await state.close();
  await database.remove();
});

const begin = (name: string) => {
  const key = { cluster: 'east', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'market', name };
  return state.begin({ action: 'create', key });
};

it('takes into a commit what comes within ten milliseconds of the one before', async () => {
  const commits = vi.spyOn(fs, 'fdatasync');
  const begunMs = performance.now();
  const works: Promise<unknown>[] = [];
  for (let i = 0; i < 200; i += 1) {
    works.push(begin(`${i}`));
    await setImmediate();
  }
  await Promise.all(works);
  // A timer may be up to a millisecond early.
  const most = 1 + (performance.now() - begunMs) / 9;
  expect(commits.mock.calls.length).toBeLessThanOrEqual(most);
});

it('fails for those who wait when the lease is given back meanwhile', async () => {
  await begin('first');
  const waiting = ['second', 'third'].map((name) => expect(begin(name)).rejects.toThrow(/lease/));
  await state.close();
  await Promise.all(waiting);
});
