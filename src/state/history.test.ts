import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECRET_MASK } from '../model/desired.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import type { HistoryEntry, State } from './port.ts';
import { databases, type TestDatabase } from './test-databases.ts';

const TILL = { kind: 'Deployment', namespace: 'market', name: 'till' };

function key(part: Partial<ObjectKey> = {}): ObjectKey {
  return { cluster: 'east', apiVersion: 'apps/v1', ...TILL, ...part };
}

function manifest(replicas: number): Manifest {
  const { kind, ...metadata } = TILL;
  return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas } };
}

function attempt(image: string, part: Partial<HistoryEntry> = {}): HistoryEntry {
  return { key: key(), image, outcome: 'succeeded', ...part };
}

for (const { name, make } of databases) {
  describe(`${name}: the history`, () => {
    let database: TestDatabase;

    async function writer(username?: string): Promise<State> {
      const state = await database.open(username);
      const scope = { clusters: [], namespaces: [] };
      await state.acquire({ scope, waitMs: 0, onWait: () => undefined });
      return state;
    }

    /** Puts attempts into one second, a millisecond apart, by their images. */
    async function spread(images: readonly string[]): Promise<void> {
      for (const [index, image] of images.entries()) {
        const times = `deployed_at = '2026-01-01 00:00:00', deployed_ms = ${1_000 + index}`;
        await database.run(`UPDATE object_history SET ${times} WHERE image = '${image}'`);
      }
    }

    beforeEach(async () => {
      database = await make();
    });

    afterEach(() => database.remove());

    it('comes newest first, with who and what, also within one second', async () => {
      const state = await writer('carol');
      const images = Array.from({ length: 9 }, (_, i) => `till@${i}`);
      for (const image of images) await state.addHistory(attempt(image));
      await spread(images);
      const entries = await state.history(TILL, 20);
      expect(entries.map(({ image }) => image)).toEqual(images.reverse());
      expect(entries[0]).toEqual({
        key: key(),
        image: 'till@8',
        outcome: 'succeeded',
        username: 'carol',
        at: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d/),
      });
    });

    it('is of one object, in all clusters, with so many entries of each', async () => {
      const state = await writer();
      for (const image of ['a', 'b', 'c']) {
        for (const cluster of ['east', 'west'])
          await state.addHistory(attempt(image, { key: key({ cluster }) }));
      }
      for (const other of [{ kind: 'CronJob' }, { namespace: 'shop' }, { name: 'Till' }])
        await state.addHistory(attempt('other', { key: key(other) }));
      await spread(['a', 'b', 'c']);
      const entries = await state.history(TILL, 2);
      expect(entries.map(({ image }) => image)).toEqual(['c', 'c', 'b', 'b']);
      const places = entries.map((entry) => `${entry.key.cluster} ${entry.image}`);
      expect(places.sort()).toEqual(['east b', 'east c', 'west b', 'west c']);
    });

    it('keeps what was sent, of successes and failures, and never the value of a secret', async () => {
      const state = await writer();
      await state.addHistory(attempt('a', { outcome: 'failed', manifest: manifest(1) }));
      const recorded = { key: key(), answer: manifest(2), sent: manifest(2), createdHere: true };
      await state.record(recorded, { image: 'b' });
      const entries = await state.history(TILL, 9);
      expect(
        entries.map(({ image, ...rest }) => [image, rest.outcome, rest.manifest]).sort(),
      ).toEqual([
        ['a', 'failed', manifest(1)],
        ['b', 'succeeded', manifest(2)],
      ]);

      const interrupted = { ...recorded, sent: manifest(2), answer: manifest(3) };
      await state.record(interrupted, { image: 'c', manifest: manifest(3) });
      expect(await state.history(TILL, 9)).toContainEqual(
        expect.objectContaining({ image: 'c', manifest: manifest(3) }),
      );

      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'till' } };
      const value = { ...secret, data: { pin: 'Y2FuYXJ5' } } as Manifest;
      const masked = { ...secret, data: { pin: SECRET_MASK } } as Manifest;
      await expect(state.addHistory(attempt('d', { manifest: value }))).rejects.toThrow(/pin$/);
      await state.addHistory(attempt('d', { manifest: masked }));
      expect(await state.history(TILL, 9)).toContainEqual(
        expect.objectContaining({ image: 'd', manifest: masked }),
      );
    });

    it('shows rows of the Original, which noted less', async () => {
      const state = await writer();
      const columns = 'api_version, cluster, deployed_at, image, kind, name, namespace';
      const values =
        "'apps/v1', 'east', '2001-01-01 00:00:00', 'a', 'Deployment', 'till', 'market'";
      await database.run(`INSERT INTO object_history (${columns}) VALUES (${values})`);
      await state.addHistory(attempt('b'));
      const [newer, older] = await state.history(TILL, 9);
      expect(newer).toMatchObject({ image: 'b' });
      expect(older).toEqual({
        key: key(),
        image: 'a',
        at: expect.stringMatching(/^2001-01-01T00:00:00/),
      });
    });
  });

  describe(`${name}: pauses`, () => {
    let database: TestDatabase;

    beforeEach(async () => {
      database = await make();
    });

    afterEach(() => database.remove());

    it('last until they are ended; a new one takes the place of an old one', async () => {
      const state = await database.open('carol');
      const lease = { scope: { clusters: [], namespaces: [] }, waitMs: 0, onWait: () => undefined };
      await state.acquire(lease);
      const other = { ...TILL, name: 'other' };
      await state.pause(TILL, 'first');
      await state.pause(other, 'other');
      await state.pause(TILL, 'second');
      expect(await state.pauses()).toEqual([
        { declaration: other, reason: 'other', createdBy: 'carol', createdAt: expect.any(String) },
        {
          declaration: TILL,
          reason: 'second',
          createdBy: 'carol',
          createdAt: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d/),
        },
      ]);
      await state.resume(TILL);
      await state.resume(TILL);
      expect((await state.pauses()).map(({ declaration }) => declaration)).toEqual([other]);
    });
  });
}
