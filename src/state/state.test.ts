import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import { InternalError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import type { State } from './port.ts';
import { databases, type TestDatabase } from './test-databases.ts';

const OLD = '2001-01-01 00:00:00';

/** An object as the apply records it. */
function applied(kind: string, name: string, fields: JsonObject = {}): RecordedObject {
  const key = { cluster: 'east', apiVersion: 'v1', kind, namespace: 'market', name };
  const sent = { apiVersion: 'v1', kind, metadata: { name, namespace: 'market' }, ...fields };
  const answer = { ...sent, metadata: { ...sent.metadata, resourceVersion: '7' } };
  const declaration = { kind: 'KubernetesYaml', namespace: 'market', name: `of-${name}` };
  return { key, answer, sent, declaration, createdHere: true };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined).catch((error: unknown) => error);
}

for (const { name, make } of databases) {
  describe(`${name}: the state`, () => {
    let database: TestDatabase;

    async function writer(username?: string): Promise<State> {
      const state = await database.open(username);
      const scope = { clusters: [], namespaces: [] };
      await state.acquire({ scope, waitMs: 0, onWait: () => undefined });
      return state;
    }

    beforeEach(async () => {
      database = await make();
    });

    afterEach(() => database.remove());

    describe('objects', () => {
      it('come back after a restart as they were recorded', async () => {
        const state = await writer();
        const full = applied('ConfigMap', 'full', { data: { text: 'ü\u0000"\n😀' } });
        const { key, answer } = applied('ConfigMap', 'imported');
        await state.record(full);
        await state.record({ key, answer, createdHere: false });
        await state.close();
        const objects = await (await database.open()).objects();
        expect(objects).toHaveLength(2);
        expect(objects).toContainEqual(full);
        expect(objects).toContainEqual({ key, answer, createdHere: false });
      });

      it('are recorded anew under their key, which keeps the time of the first', async () => {
        const state = await writer();
        await state.record(applied('ConfigMap', 'one', { data: { a: '1' } }));
        await database.run(
          `UPDATE kubernetes_objects SET created = '${OLD}', last_updated = '${OLD}'`,
        );
        const changed = {
          ...applied('ConfigMap', 'one', { data: { a: '2' } }),
          createdHere: false,
        };
        await state.record(changed);
        expect(await state.objects()).toEqual([changed]);
        const [row] = await database.read('SELECT created, last_updated FROM kubernetes_objects');
        expect(row?.created).toBe(OLD);
        expect(row?.last_updated).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
        expect(row?.last_updated).not.toBe(OLD);
      });

      it('are told apart by the case of their names and by every part of their key', async () => {
        const state = await writer();
        const { key, ...rest } = applied('ConfigMap', 'one');
        const other: Partial<ObjectKey>[] = [
          {},
          { name: 'One' },
          { namespace: '' },
          { kind: 'Secret' },
          { apiVersion: 'v2' },
          { cluster: 'west' },
        ];
        for (const part of other) await state.record({ ...rest, key: { ...key, ...part } });
        expect(await state.objects()).toHaveLength(other.length);
      });

      it('take the place of the object that they replace', async () => {
        const state = await writer();
        const old = applied('ConfigMap', 'old');
        const other = applied('ConfigMap', 'other');
        const renamed = applied('ConfigMap', 'renamed');
        await state.record(old);
        await state.record(other);
        await state.record(renamed, { replaces: old.key });
        await state.record(other, { replaces: other.key });
        const names = (await state.objects()).map(({ key }) => key.name).sort();
        expect(names).toEqual(['other', 'renamed']);
      });

      it('stay when recording what replaces them fails', async () => {
        const state = await writer();
        const old = applied('ConfigMap', 'old');
        await state.record(old);
        const bad = applied('Secret', 'new', { data: { pin: 'Y2FuYXJ5' } });
        expect(await failure(state.record(bad, { replaces: old.key }))).toBeInstanceOf(
          InternalError,
        );
        expect(await state.objects()).toEqual([old]);
        await state.record(applied('Secret', 'new', { data: { pin: SECRET_MASK } }), {
          replaces: old.key,
        });
        expect((await state.objects()).map(({ key }) => key.name)).toEqual(['new']);
      });

      it('are recorded side by side', async () => {
        const state = await writer();
        const old = Array.from({ length: 20 }, (_, i) => applied('ConfigMap', `old-${i}`));
        await Promise.all(old.map((object) => state.record(object)));
        await Promise.all(
          old.map(({ key }, i) =>
            state.record(applied('ConfigMap', `new-${i}`), { replaces: key }),
          ),
        );
        const names = (await state.objects()).map(({ key }) => key.name).sort();
        expect(names).toEqual(old.map((_, i) => `new-${i}`).sort());
      });

      it('are forgotten one by one', async () => {
        const state = await writer();
        const kept = applied('ConfigMap', 'kept');
        const gone = applied('ConfigMap', 'gone');
        await state.record(kept);
        await state.record(gone);
        await state.forget(gone.key);
        await state.forget(gone.key);
        expect(await state.objects()).toEqual([kept]);
      });

      it('can be claimed by another declaration', async () => {
        const state = await writer();
        const other = applied('ConfigMap', 'other');
        const moved = applied('ConfigMap', 'moved');
        await state.record(other);
        await state.record(moved);
        const declaration = { kind: 'KubernetesYaml', namespace: 'global', name: 'elsewhere' };
        await state.claim(moved.key, declaration);
        const objects = await state.objects();
        expect(objects).toHaveLength(2);
        expect(objects).toContainEqual(other);
        expect(objects).toContainEqual({ ...moved, declaration });
      });

      it('are copied whole by a spread', async () => {
        const state = await writer();
        const object = applied('ConfigMap', 'one');
        await state.record(object);
        const [stored] = await state.objects();
        expect(JSON.parse(JSON.stringify({ ...stored }))).toEqual(object);
      });

      it('tell what was sent and answered without being parsed, but not for a changed copy', async () => {
        const state = await writer();
        const object = applied('ConfigMap', 'one');
        await state.record(object);
        const [stored] = await state.objects();
        const { sent = object.answer, answer } = object;
        expect(stored?.isSent?.(sent)).toBe(true);
        expect(stored?.isAnswer?.(answer)).toBe(true);
        expect(stored?.isSent?.({ ...sent, kind: 'Other' })).toBe(false);
        expect(stored?.isAnswer?.({ ...answer, kind: 'Other' })).toBe(false);
        expect({ ...stored }).not.toHaveProperty('isSent');
        expect({ ...stored }).not.toHaveProperty('isAnswer');
      });

      it('are parsed only when they are looked at', async () => {
        const state = await writer();
        await state.record(applied('ConfigMap', 'one'));
        await database.run(`UPDATE kubernetes_objects SET yaml = '{"canary', sent = '[]'`);
        const [stored] = await state.objects();
        expect(stored?.key.name).toBe('one');
        const unreadable = { code: 'unreadable-record' };
        expect(() => stored?.answer).toThrow(expect.objectContaining(unreadable));
        expect(() => stored?.answer).toThrow(
          "The database's record of ConfigMap market/one (v1) in cluster east cannot be read: " +
            'its column yaml holds no Kubernetes object as JSON or YAML.',
        );
        expect(() => stored?.sent).toThrow(/its column sent holds/);
      });
    });

    describe('secrets', () => {
      it.each([
        ['a value in data', { data: { user: SECRET_MASK, pin: 'Y2FuYXJ5' } }, /values of pin$/],
        ['data that is no map', { data: ['Y2FuYXJ5'] }, /values of data$/],
        ['stringData', { stringData: { pin: SECRET_MASK } }, /with stringData$/],
      ])('are refused with %s', async (_, fields, message) => {
        const state = await writer();
        const bad = applied('Secret', 'till', fields);
        const { sent: _sent, ...onlyAnswer } = bad;
        for (const object of [onlyAnswer, { ...bad, answer: applied('Secret', 'till').answer }]) {
          const error = await failure(state.record(object));
          expect(error).toBeInstanceOf(InternalError);
          expect(error).toMatchObject({ message: expect.stringMatching(message) });
          expect(String(error)).not.toContain('Y2FuYXJ5');
        }
        expect(await state.objects()).toEqual([]);
      });

      it('are recorded with masks', async () => {
        const state = await writer();
        const secret = applied('Secret', 'till', { data: { pin: SECRET_MASK } });
        await state.record(secret);
        expect(await state.objects()).toEqual([secret]);
      });

      it("do not come in through kubectl's annotation", async () => {
        const state = await writer();
        const { key, answer } = applied('ConfigMap', 'one');
        const annotations = {
          team: 'tills',
          'kubectl.kubernetes.io/last-applied-configuration': 'canary',
        };
        const noted = { ...answer, metadata: { ...answer.metadata, annotations } } as Manifest;
        await state.record({ key, answer: noted, sent: noted });
        const [row] = await database.read('SELECT yaml, sent FROM kubernetes_objects');
        expect(`${row?.yaml}${row?.sent}`).not.toMatch(/canary|last-applied/);
        const [stored] = await state.objects();
        expect(stored?.answer.metadata.annotations).toEqual({ team: 'tills' });
      });

      it('do not come in through what another tool notes on a Secret', async () => {
        const state = await writer();
        const { key, answer } = applied('Secret', 'till');
        const owns = (manager: string, name: string) => ({
          manager,
          operation: 'Apply',
          fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${name}`]: {} } } },
        });
        const metadata = {
          ...answer.metadata,
          annotations: { team: 'tills', 'kapp.k14s.io/original': 'canary' },
          managedFields: [owns('sisyphus', 'team'), owns('kapp', 'kapp.k14s.io/original')],
        };
        await state.record({ key, answer: { ...answer, metadata } as Manifest });
        const [row] = await database.read('SELECT yaml FROM kubernetes_objects');
        expect(String(row?.yaml)).not.toContain('canary');
        const [stored] = await state.objects();
        expect(stored?.answer.metadata.annotations).toEqual({ team: 'tills' });
      });
    });

    it('the history grows by who deployed which image and how it ended', async () => {
      const state = await writer('carol');
      const { key } = applied('Deployment', 'till');
      await state.addHistory({ key, image: 'registry.example/till@sha256:01', outcome: 'failed' });
      await state.addHistory({
        key,
        image: 'registry.example/till@sha256:01',
        outcome: 'succeeded',
      });
      const rows = await database.read('SELECT * FROM object_history');
      expect(rows).toHaveLength(2);
      expect(rows.map((row) => row.outcome).sort()).toEqual(['failed', 'succeeded']);
      expect(rows[0]).toMatchObject({
        api_version: 'v1',
        cluster: 'east',
        deployed_at: expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/),
        deployed_by: 'carol',
        image: 'registry.example/till@sha256:01',
        kind: 'Deployment',
        name: 'till',
        namespace: 'market',
      });
    });

    it('the repository that is served can be set and changed', async () => {
      const state = await writer();
      await state.setRepository('deploy/production');
      expect(await state.repository()).toBe('deploy/production');
      await state.setRepository('production');
      await state.close();
      expect(await (await database.open()).repository()).toBe('production');
    });
  });
}
