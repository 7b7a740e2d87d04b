import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InternalError, UserError } from '../model/errors.ts';
import { LeaseLostError } from './errors.ts';
import { type LeaseTimings, leaseTimings } from './lease-timings.ts';
import { openState } from './open-state.ts';
import { Conversation } from './own-process.fixture.ts';
import type { LeaseHolder, LeaseScope, State } from './port.ts';
import { databases, type TestDatabase } from './test-databases.ts';

const ALL: LeaseScope = { clusters: [], namespaces: [] };
const EAST: LeaseScope = { clusters: ['east'], namespaces: [] };
const USUAL = leaseTimings();
const SHORT: LeaseTimings = { ttlMs: 1_000, renewEveryMs: 100, graceMs: 100 };
const LONG_MS = 50_000;
const PATIENTLY = { timeout: LONG_MS };

const at = (scope: LeaseScope, waitMs = 0) => ({ scope, waitMs, onWait: () => undefined });

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => undefined).catch((error: unknown) => error);
}

function thrown(action: () => void): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

for (const { name, make } of databases) {
  describe(`${name}: the lease`, () => {
    let database: TestDatabase;
    const opened: State[] = [];
    const children: Conversation[] = [];

    async function open(leaseTimings = USUAL, username = 'ann'): Promise<State> {
      const state = await openState({ url: database.url, actor: { username }, leaseTimings });
      opened.push(state);
      return state;
    }

    /** A process that says `held` once it holds the lease, and then answers line by line. */
    function child(program: string, timings = USUAL): Conversation {
      const one = new Conversation(
        `const options = { url: ${JSON.stringify(database.url)}, actor };
        const state = await openState({ ...options, leaseTimings: ${JSON.stringify(timings)} });
        const all = { scope: { clusters: [], namespaces: [] }, waitMs: 0, onWait() {} };
        ${program}`,
      );
      children.push(one);
      return one;
    }

    beforeEach(async () => {
      database = await make();
    });

    afterEach(async () => {
      await Promise.all(children.splice(0).map((one) => one.kill()));
      await Promise.all(opened.splice(0).map((state) => state.close()));
      await database.remove();
    });

    it('is refused while another one holds it, and says who does', async () => {
      const ann = await open();
      const lease = await ann.acquire(at({ clusters: ['east', 'west'], namespaces: ['market'] }));
      const error = await failure((await open()).acquire(at(ALL)));
      expect(error).toBeInstanceOf(UserError);
      const [holder] = await ann.leases();
      expect(error).toMatchObject({
        code: 'lease-held',
        message:
          `ann on ${holder?.host} (process ${process.pid}) is at work on namespace market of ` +
          `clusters east, west: lease ${lease.id}, taken at ${holder?.since}, ` +
          `lasts until ${holder?.expiresAt} unless it is prolonged.`,
        hint: expect.stringMatching(`--lock-timeout .*sisyphus unlock --id ${lease.id} ends`),
      });
    });

    it.each<[string, LeaseScope, LeaseScope]>([
      ['clusters', EAST, { clusters: ['west', 'north'], namespaces: [] }],
      [
        'namespaces',
        { clusters: ['east'], namespaces: ['market', 'shop'] },
        { clusters: [], namespaces: ['bank'] },
      ],
    ])('is held by two whose %s are disjoint', async (_, one, other) => {
      const [ann, bob] = [await open(), await open(USUAL, 'bob')];
      await ann.acquire(at(one));
      await bob.acquire(at(other));
      const leases = await ann.leases();
      expect(leases.map(({ username, scope }) => ({ username, scope }))).toEqual([
        { username: 'ann', scope: one },
        { username: 'bob', scope: other },
      ]);
      expect(await failure((await open()).acquire(at(ALL)))).toMatchObject({ code: 'lease-held' });
    });

    it.each<[string, LeaseScope]>([
      ['everything', ALL],
      ['one cluster of several', { clusters: ['west', 'east'], namespaces: ['bank', 'market'] }],
      ['a namespace of every cluster', { clusters: [], namespaces: ['market'] }],
    ])('is refused for %s where a part of it is held', async (_, scope) => {
      await (await open()).acquire(at({ clusters: ['east'], namespaces: ['shop', 'market'] }));
      expect(await failure((await open()).acquire(at(scope)))).toMatchObject({
        code: 'lease-held',
      });
    });

    it('passes on to who waits for it', async () => {
      const [ann, bob] = [await open(), await open()];
      const first = await ann.acquire(at(ALL));
      const heard: LeaseHolder[] = [];
      const second = await bob.acquire({
        scope: EAST,
        waitMs: LONG_MS,
        onWait: (holder) => {
          heard.push(holder);
          void first.release();
        },
      });
      expect(heard).toMatchObject([{ id: first.id, username: 'ann', pid: process.pid }]);
      second.check();
      expect((await ann.leases()).map(({ id }) => id)).toEqual([second.id]);
    });

    it('is waited for no longer than wanted', async () => {
      await (await open()).acquire(at(ALL));
      const heard: LeaseHolder[] = [];
      const begun = performance.now();
      const request = { scope: ALL, waitMs: 200, onWait: (one: LeaseHolder) => heard.push(one) };
      const error = await failure((await open()).acquire(request));
      // The coarsest of the clocks that measure it ticks every 10 ms.
      expect(performance.now() - begun).toBeGreaterThanOrEqual(180);
      expect(error).toMatchObject({ code: 'lease-held' });
      expect(heard).toHaveLength(1);
    });

    it('is not waited for after an interrupt', async () => {
      await (await open()).acquire(at(ALL));
      const stop = new AbortController();
      const request = { scope: ALL, waitMs: LONG_MS, signal: stop.signal };
      const error = await failure(
        (await open()).acquire({ ...request, onWait: () => stop.abort() }),
      );
      expect(error).toMatchObject({ code: 'interrupted' });
      const late = failure((await open()).acquire({ ...request, onWait: () => undefined }));
      expect(await late).toMatchObject({ code: 'interrupted' });
    });

    it('is free again when it is given back, under a higher number', async () => {
      const state = await open();
      const first = await state.acquire(at(ALL));
      await first.release();
      expect(await state.leases()).toEqual([]);
      expect(thrown(() => first.check())).toBeInstanceOf(LeaseLostError);
      expect(await failure(state.setRepository('production'))).toBeInstanceOf(InternalError);
      const second = await state.acquire(at(ALL));
      expect(Number(second.id)).toBeGreaterThan(Number(first.id));
      await state.setRepository('production');
    });

    it('is given back when the database is closed', async () => {
      const state = await open();
      await state.acquire(at(ALL));
      await state.close();
      expect(await (await open()).leases()).toEqual([]);
    });

    it('is one at a time', async () => {
      const state = await open();
      await state.acquire(at(EAST));
      const error = await failure(state.acquire(at({ clusters: ['west'], namespaces: [] })));
      expect(error).toBeInstanceOf(InternalError);
    });

    it('is needed for whatever writes', async () => {
      const state = await open();
      const key = { cluster: 'c', apiVersion: 'v1', kind: 'K', namespace: '', name: 'n' };
      const answer = { apiVersion: 'v1', kind: 'K', metadata: { name: 'n' } };
      const declaration = { kind: 'K', namespace: 'n', name: 'd' };
      const entry = { lease: 1, number: 1 };
      const attempts = [
        () => state.record({ key, answer }),
        () => state.forget(key),
        () => state.claim(key, declaration),
        () => state.addHistory({ key, image: 'i', outcome: 'failed' }),
        () => state.setRepository('production'),
        () => state.begin({ action: 'create', key }),
        () => state.abandon(entry),
      ];
      for (const attempt of attempts) {
        const error = await failure((async () => await attempt())());
        expect(error).toBeInstanceOf(InternalError);
        expect(error).toMatchObject({ message: expect.stringContaining('without a lease') });
      }
    });

    it('is prolonged by itself', async () => {
      const timings = { ...SHORT, ttlMs: 2_000 };
      const lease = await (await open(timings)).acquire(at(ALL));
      await vi.waitFor(async () => {
        const rows = await database.read('SELECT expires_ms - since_ms AS ms FROM sisyphus_leases');
        expect(Number(rows[0]?.ms)).toBeGreaterThan(2 * timings.ttlMs);
      }, PATIENTLY);
      lease.check();
    });

    it('is not prolonged once it has run out', async () => {
      const lease = await (await open({ ...USUAL, renewEveryMs: 20 })).acquire(at(ALL));
      await database.run('UPDATE sisyphus_leases SET expires_ms = since_ms');
      await vi.waitFor(() => {
        expect(thrown(() => lease.check())).toBeInstanceOf(LeaseLostError);
      }, PATIENTLY);
    });

    it('is lost when it cannot be prolonged in time', async () => {
      const lease = await (await open(SHORT)).acquire(at(ALL));
      await database.run('ALTER TABLE sisyphus_leases RENAME TO away');
      await vi.waitFor(() => expect(thrown(() => lease.check())).toBeDefined(), PATIENTLY);
      const error = thrown(() => lease.check());
      expect(error).toBeInstanceOf(LeaseLostError);
      expect(error).toMatchObject({
        code: 'lease-lost',
        message: `The lease ${lease.id} was lost: it could not be prolonged in time. Nothing more is changed.`,
        cause: expect.any(Error),
      });
      await database.run('ALTER TABLE away RENAME TO sisyphus_leases');
    });

    it('is ended by force, which its holder notices at its next write', async () => {
      const [ann, bob] = [await open(), await open()];
      const lease = await ann.acquire(at(ALL));
      await ann.setRepository('before');
      expect(await bob.unlock('no number')).toBe(false);
      expect(await bob.unlock(String(Number(lease.id) + 1))).toBe(false);
      expect(await bob.unlock(lease.id)).toBe(true);
      const error = await failure(ann.setRepository('after'));
      expect(error).toBeInstanceOf(LeaseLostError);
      expect(await bob.repository()).toBe('before');
      expect(thrown(() => lease.check())).toBe(error);
    });

    it('is ended by force, which its holder notices by itself', async () => {
      const [ann, bob] = [await open({ ...USUAL, renewEveryMs: 20 }), await open()];
      const lease = await ann.acquire(at(ALL));
      await bob.unlock(lease.id);
      await vi.waitFor(
        () => expect(thrown(() => lease.check())).toBeInstanceOf(LeaseLostError),
        PATIENTLY,
      );
    });

    it('is respected for a while after its end, and then taken over', async () => {
      const [ann, bob] = [await open(), await open()];
      const old = await ann.acquire(at(EAST));
      await database.run('UPDATE sisyphus_leases SET expires_ms = since_ms');
      expect(await failure(ann.setRepository('late'))).toBeInstanceOf(LeaseLostError);
      expect(await failure(bob.acquire(at(ALL)))).toMatchObject({ code: 'lease-held' });
      await database.run('UPDATE sisyphus_leases SET grace_ms = 0');
      const patient = await open();
      const lease = await patient.acquire(at(ALL));
      expect(Number(lease.id)).toBeGreaterThan(Number(old.id));
      expect((await bob.leases()).map(({ id }) => id)).toEqual([lease.id]);
      await patient.setRepository('taken over');
      expect(await failure(ann.setRepository('too late'))).toBeInstanceOf(LeaseLostError);
      expect(await bob.repository()).toBe('taken over');
    });

    it('stays where it is when it ran out in another scope', async () => {
      const [ann, bob] = [await open({ ...USUAL, graceMs: 0 }), await open()];
      const old = await ann.acquire(at(EAST));
      await database.run('UPDATE sisyphus_leases SET expires_ms = since_ms');
      const lease = await bob.acquire(at({ clusters: ['west'], namespaces: [] }));
      expect((await bob.leases()).map(({ id }) => id)).toEqual([old.id, lease.id]);
    });

    it('is taken over at once from a process that was killed', async () => {
      const holder = child(
        `await state.acquire(all); answer('held'); for await (const _ of lines);`,
      );
      expect(await holder.hear()).toBe('held');
      expect(await failure((await open()).acquire(at(ALL)))).toMatchObject({ code: 'lease-held' });
      await holder.kill();
      const lease = await (await open()).acquire(at(ALL));
      expect(await (await open()).leases()).toMatchObject([{ id: lease.id, pid: process.pid }]);
    });

    it('is lost for a process that was frozen longer than it lasts', async () => {
      const frozen = child(
        `const lease = await state.acquire(all);
        await state.setRepository('before');
        answer('held');
        for await (const _ of lines) {
          const checked = (() => { try { lease.check(); } catch (error) { return error.code; } })();
          const written = await state.setRepository('after').catch((error) => error.code);
          answer(checked + ' ' + written);
        }`,
        SHORT,
      );
      expect(await frozen.hear()).toBe('held');
      frozen.process.kill('SIGSTOP');
      const state = await open();
      const lease = await state.acquire(at(ALL, LONG_MS));
      frozen.say('try');
      frozen.process.kill('SIGCONT');
      expect(await frozen.hear()).toBe('lease-lost lease-lost');
      lease.check();
      expect(await state.repository()).toBe('before');
    });

    it('is never held by two of those who race for it', async () => {
      const program = `answer('ready');
        let lease;
        for await (const line of lines) {
          if (line === 'take') {
            lease = await state.acquire(all).catch((error) => answer(error.code) && undefined);
            if (lease) answer('held');
          } else {
            await lease?.release();
            answer('free');
          }
        }`;
      const racers = [child(program), child(program)];
      const all = (line: string) => racers.map((one) => one.say(line));
      const answers = async () => (await Promise.all(racers.map((one) => one.hear()))).sort();
      expect(await answers()).toEqual(['ready', 'ready']);
      for (let round = 1; round <= 50; round += 1) {
        // Half of the rounds begin with a lease that both may take over.
        if (round % 2 === 0) {
          await database.run(
            `INSERT INTO sisyphus_leases (fence, username, host, pid, scope, since_ms, expires_ms)
            VALUES (-1, 'zoe', 'elsewhere', 1, '{"clusters":[],"namespaces":[]}', 0, 0)`,
          );
        }
        all('take');
        expect(await answers()).toEqual(['held', 'lease-held']);
        all('release');
        expect(await answers()).toEqual(['free', 'free']);
      }
    });
  });
}
