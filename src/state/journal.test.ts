import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import { InternalError } from '../model/errors.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import { LeaseLostError } from './errors.ts';
import type { LeaseScope, State } from './port.ts';
import { databases, type TestDatabase } from './test-databases.ts';

const IMAGE = 'registry.example/till@sha256:01';
const ALL: LeaseScope = { clusters: [], namespaces: [] };
const at = (scope: LeaseScope) => ({ scope, waitMs: 0, onWait: () => undefined });

function keyOf(name: string, kind = 'ConfigMap'): ObjectKey {
  return { cluster: 'east', apiVersion: 'v1', kind, namespace: 'market', name };
}

function manifestOf(name: string, fields: object = {}, kind = 'ConfigMap'): Manifest {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'market' }, ...fields };
}

const create = (name: string): Intent => ({ action: 'create', key: keyOf(name) });

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined).catch((error: unknown) => error);
}

for (const { name, make } of databases) {
  describe(`${name}: the journal`, () => {
    let database: TestDatabase;

    /** A writer that has just begun. */
    async function writer(scope = ALL): Promise<State> {
      const state = await database.open();
      await state.acquire(at(scope));
      return state;
    }

    beforeEach(async () => {
      database = await make();
    });

    afterEach(() => database.remove());

    it('tells what a writer left open, as it was begun and in that order', async () => {
      const state = await writer();
      const update: Intent = {
        action: 'update',
        key: keyOf('one'),
        sent: manifestOf('one', { data: { text: 'ü\u0000"\n😀' } }),
        declaration: { kind: 'Deployment', namespace: 'market', name: 'till' },
        image: IMAGE,
        uid: '5f3c',
        replaces: { ...keyOf('one'), apiVersion: 'v1beta1' },
      };
      const remove: Intent = { action: 'delete', key: keyOf('two'), uid: '77aa' };
      const ids = [await state.begin(update), await state.begin(remove)];
      await state.close();
      const found = await (await database.open()).inFlight();
      const begunAt = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(found).toEqual([
        { ...update, id: ids[0], begunAt },
        { ...remove, id: ids[1], begunAt },
      ]);
    });

    it('keeps the order over several writers', async () => {
      for (const name of ['b', 'a', 'c']) {
        const state = await writer();
        await state.begin(create(name));
        await state.close();
      }
      const entries = await (await database.open()).inFlight();
      expect(entries.map(({ key }) => key.name)).toEqual(['b', 'a', 'c']);
    });

    it('tells nothing of a writer who is at work', async () => {
      const state = await writer();
      await state.begin(create('one'));
      expect(await state.inFlight()).toEqual([]);
      expect(await (await database.open()).inFlight()).toEqual([]);
    });

    it('tells what was left open in a scope', async () => {
      const state = await writer();
      const [one, other] = [create('one'), create('other')];
      await state.begin(one);
      await state.begin({ ...other, key: { ...other.key, cluster: 'west' } });
      await state.close();
      const reader = await database.open();
      const names = async (scope: LeaseScope) =>
        (await reader.inFlight(scope)).map(({ key }) => key.name);
      expect(await names({ clusters: ['west'], namespaces: [] })).toEqual(['other']);
      expect(await names({ clusters: [], namespaces: ['market'] })).toEqual(['one', 'other']);
      expect(await names({ clusters: [], namespaces: ['shop'] })).toEqual([]);
    });

    it('forgets a change once the writer or a later one completes it', async () => {
      const state = await writer();
      await state.record({ key: keyOf('gone'), answer: manifestOf('gone') });
      const recorded = await state.begin(create('new'));
      const removed = await state.begin({ action: 'delete', key: keyOf('gone') });
      const failed = await state.begin(create('bad'));
      await state.record({ key: keyOf('new'), answer: manifestOf('new') }, { entry: recorded });
      await state.forget(keyOf('gone'), removed);
      await state.close();
      const later = await writer();
      expect((await later.inFlight()).map(({ id }) => id)).toEqual([failed]);
      await later.abandon(failed, { key: keyOf('bad'), image: IMAGE, outcome: 'failed' });
      expect(await later.inFlight()).toEqual([]);
      expect((await later.objects()).map(({ key }) => key.name)).toEqual(['new']);
      const history = await database.read('SELECT name, outcome FROM object_history');
      expect(history).toEqual([{ name: 'bad', outcome: 'failed' }]);
    });

    it('keeps a change open when its outcome cannot be recorded', async () => {
      const state = await writer();
      const old = { key: keyOf('old'), answer: manifestOf('old') };
      await state.record(old);
      const entry = await state.begin(create('new'));
      const key = keyOf('new', 'Secret');
      const answer = manifestOf('new', { data: { pin: 'Y2FuYXJ5' } }, 'Secret');
      const options = { entry, replaces: old.key, image: IMAGE };
      expect(await failure(state.record({ key, answer }, options))).toBeInstanceOf(InternalError);
      await state.close();
      const reader = await database.open();
      expect((await reader.inFlight()).map(({ id }) => id)).toEqual([entry]);
      expect(await reader.objects()).toEqual([old]);
      expect(await database.read('SELECT * FROM object_history')).toEqual([]);
    });

    it('lets a change be completed once', async () => {
      const state = await writer();
      const entry = await state.begin(create('one'));
      const one = { key: keyOf('one'), answer: manifestOf('one') };
      await state.record(one, { entry, image: IMAGE });
      const again = [
        () => state.record({ ...one, key: keyOf('two') }, { entry, image: IMAGE }),
        () => state.forget(one.key, entry),
        () => state.abandon(entry, { key: one.key, image: IMAGE, outcome: 'failed' }),
      ];
      for (const attempt of again) expect(await failure(attempt())).toBeInstanceOf(InternalError);
      expect(await state.objects()).toEqual([one]);
      const history = await database.read('SELECT outcome FROM object_history');
      expect(history).toEqual([{ outcome: 'succeeded' }]);
    });

    it('takes no values of Secrets', async () => {
      const state = await writer();
      const key = keyOf('pins', 'Secret');
      const bare = manifestOf('pins', { data: { pin: 'Y2FuYXJ5' } }, 'Secret');
      const error = await failure(state.begin({ action: 'create', key, sent: bare }));
      expect(error).toBeInstanceOf(InternalError);
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'Y2FuYXJ5' };
      const metadata = { name: 'pins', annotations };
      const masked = manifestOf('pins', { data: { pin: SECRET_MASK }, metadata }, 'Secret');
      await state.begin({ action: 'create', key, sent: masked });
      const rows = await database.read('SELECT * FROM sisyphus_journal');
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain('Y2FuYXJ5');
    });

    it('takes nothing after the lease was lost', async () => {
      const state = await writer();
      const other = await database.open();
      const [lease] = await other.leases();
      await other.unlock(lease?.id ?? '');
      expect(await failure(state.begin(create('one')))).toBeInstanceOf(LeaseLostError);
      expect(await other.inFlight()).toEqual([]);
    });

    it('says which entry cannot be read', async () => {
      const state = await writer();
      const { lease, number } = await state.begin(create('one'));
      await state.close();
      await database.run(`UPDATE sisyphus_journal SET intent = '{"canary'`);
      const error = await failure((await database.open()).inFlight());
      expect(error).toMatchObject({
        code: 'unreadable-journal',
        message: `The entry ${lease}.${number} of the database's journal cannot be read.`,
      });
    });
  });
}
