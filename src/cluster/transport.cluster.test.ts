import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../model/errors.ts';
import type { Manifest } from '../model/object.ts';
import {
  type ClusterFixture,
  configMap,
  failureOf,
  keyOf,
  secret,
  startCluster,
} from './cluster-fixture.ts';
import { AnswerError, ApiError, UnreachableError } from './errors.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const OURS = { manager: 'sisyphus', force: true };
const WRITES = /fieldManager/;

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await startCluster();
});
afterAll(() => fixture.stop());

describe('trouble that passes', () => {
  it.each([
    ['a server that is busy', { status: 429, headers: { 'retry-after': '0' } }],
    ['a server that fails', { status: 500, body: '{"reason":"InternalError"}' }],
    ['a gateway without a server', { status: 502, body: '<html>' }],
    ['a server that starts', { status: 503 }],
    ['a server that is slow', { status: 504 }],
    ['a connection that is reset', { reset: 'before' }],
    ['a connection that is reset after the work is done', { reset: 'after' }],
    ['an answer that is cut off', { cutAfterBytes: 10 }],
  ] as const)('is tried again: %s', async (what, fault) => {
    const name = what.replaceAll(' ', '-');
    const rules = [{ path: WRITES, times: 3, fault }];
    const [cluster, proxy] = await fixture.openThrough(rules);
    const { object, created } = await cluster.apply(configMap(name), OURS);
    expect(object.data).toEqual({ a: '1' });
    expect(created).toBe(true);
    expect(proxy.seen).toHaveLength(4);
  });

  it('is waited for as long as the server asks', async () => {
    const fault = { status: 429, headers: { 'retry-after': '1' } };
    const [cluster] = await fixture.openThrough([{ path: WRITES, times: 1, fault }]);
    const beganAtMs = performance.now();
    await cluster.apply(configMap('asked-to-wait'), OURS);
    expect(performance.now() - beganAtMs).toBeGreaterThanOrEqual(1_000);
  });

  it('is reported when the server asks for too long', async () => {
    const fault = { status: 503, headers: { 'retry-after': '3600' } };
    const [cluster, proxy] = await fixture.openThrough([{ path: WRITES, fault }]);
    const error = await failureOf(cluster.apply(configMap('asked-too-much'), OURS));
    expect(error).toMatchObject({ status: 503, reason: 'ServiceUnavailable' });
    expect(proxy.seen).toHaveLength(1);
  });

  it('is reported after a number of attempts, and other requests go on', async () => {
    const fault = {
      status: 500,
      body: '{"reason":"InternalError","message":"failed calling webhook"}',
    };
    const [cluster, proxy] = await fixture.openThrough([{ path: /unlucky/, fault }]);
    const [unlucky, lucky] = await Promise.all([
      failureOf(cluster.apply(configMap('unlucky'), OURS)),
      cluster.apply(configMap('lucky'), OURS),
    ]);
    expect(unlucky).toBeInstanceOf(ApiError);
    expect((unlucky as ApiError).hint).toContain('webhook');
    expect(lucky.created).toBe(true);
    expect(proxy.seen).toHaveLength(DEFAULT_LIMITS.retry.attempts + 1);
  });

  it('includes a write that another one overtook', async () => {
    const fault = {
      status: 409,
      body: '{"reason":"Conflict","message":"Operation cannot be fulfilled"}',
    };
    const [cluster] = await fixture.openThrough([{ path: WRITES, times: 2, fault }]);
    await expect(cluster.apply(configMap('overtaken'), OURS)).resolves.toMatchObject({
      created: true,
    });
  });
});

describe('a create whose answer was lost', () => {
  const rules = [{ path: WRITES, times: 1, fault: { reset: 'after' } }] as const;

  it('is known for what it did', async () => {
    const [cluster] = await fixture.openThrough(rules);
    const { object, created } = await cluster.create(secret('lost', { a: 'YQ==' }));
    expect(created).toBe(true);
    expect(object.data).toEqual({ a: '********' });
  });

  it('is not taken for the maker of what was there before', async () => {
    const straight = await fixture.open();
    await straight.apply(configMap('theirs'), { manager: 'somebody', force: true });
    const [cluster] = await fixture.openThrough([
      { path: WRITES, times: 1, fault: { reset: 'before' } },
    ]);
    expect(await failureOf(cluster.create(configMap('theirs')))).toMatchObject({
      reason: 'AlreadyExists',
    });
  });
});

describe('a request without an answer', () => {
  it('fails alone where the cluster answers others', async () => {
    const rules = [{ path: /configmaps\/hanging/, fault: { hang: true } }] as const;
    const limits = {
      requestTimeoutMs: 200,
      retry: { ...DEFAULT_LIMITS.retry, attempts: 2, baseDelayMs: 1 },
    };
    const [cluster] = await fixture.openThrough(rules, { limits });
    const error = await failureOf(cluster.apply(configMap('hanging'), OURS));
    expect(error).toBeInstanceOf(AnswerError);
    expect(error.message).toBe(
      'cluster east gave no usable answer: it took too long to answer (TimeoutError)',
    );
    await expect(cluster.apply(configMap('other'), OURS)).resolves.toMatchObject({ created: true });
  });

  it('fails alone where its answer is too long', async () => {
    const body = JSON.stringify({ padding: 'x'.repeat(5_000) });
    const rules = [{ path: /configmaps\/long/, fault: { status: 200, body } }];
    const [cluster, proxy] = await fixture.openThrough(rules, {
      limits: { maxAnswerBytes: 4_000 },
    });
    const error = await failureOf(cluster.get(keyOf(configMap('long'))));
    expect(error).toBeInstanceOf(AnswerError);
    expect(error.message).toContain('too long');
    expect(proxy.seen).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['no object', '[1]'],
    ['not what was asked for', JSON.stringify(configMap('another'))],
  ])('is one whose answer is %s', async (_what, body) => {
    const rules = [{ path: /configmaps\/strange/, fault: { status: 200, body } }];
    const [cluster] = await fixture.openThrough(rules);
    const error = await failureOf(cluster.get(keyOf(configMap('strange'))));
    expect(error.message).toBe(
      'cluster east gave no usable answer: what came back for ConfigMap default/strange is not that object',
    );
  });
});

describe('a cluster that is unreachable', () => {
  /** A port on which nobody listens. */
  async function freePort(): Promise<number> {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  it('says so within seconds, and from then on at once', async () => {
    const server = `https://127.0.0.1:${await freePort()}`;
    const east = await fixture.open({ cluster: { server } });
    const beganAtMs = performance.now();
    const error = await failureOf(east.get(keyOf(configMap('x'))));
    expect(performance.now() - beganAtMs).toBeLessThan(8_000);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error.message).toBe(
      'cluster east is unreachable: the connection was refused (ECONNREFUSED)',
    );
    const againAtMs = performance.now();
    expect(await failureOf(east.apply(configMap('x'), OURS))).toBe(error);
    expect(await failureOf(east.resources() as Promise<unknown>)).toBe(error);
    expect(performance.now() - againAtMs).toBeLessThan(100);
  });

  it('is not waited for when it takes the connection and says nothing', async () => {
    const server = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const limits = { connectTimeoutMs: 300 };
    const east = await fixture.open({ cluster: { server: `https://127.0.0.1:${port}` }, limits });
    const beganAtMs = performance.now();
    const error = await failureOf(east.get(keyOf(configMap('x'))));
    expect(error.message).toBe(
      'cluster east is unreachable: no connection came about in time (UND_ERR_CONNECT_TIMEOUT)',
    );
    expect(performance.now() - beganAtMs).toBeLessThan(3_000);
    server.close();
  });

  it('fails the others that wait for it, too', async () => {
    const [cluster, proxy] = await fixture.openThrough([]);
    await cluster.apply(configMap('before'), OURS);
    await proxy.stop();
    const keys = Array.from({ length: 30 }, (_, i) => keyOf(configMap(`after-${i}`)));
    const errors = await Promise.all(keys.map((key) => failureOf(cluster.get(key))));
    expect(errors.every((error) => error instanceof UnreachableError)).toBe(true);
  });
});

describe('work that is broken off', () => {
  it('ends at once, also in a pause or in a wait', async () => {
    const stop = new AbortController();
    const busy = { path: /busy/, fault: { status: 429, headers: { 'retry-after': '2' } } };
    const hanging = { path: /hanging/, fault: { hang: true } } as const;
    const [cluster, proxy] = await fixture.openThrough([busy, hanging], { signal: stop.signal });
    const { object } = await cluster.apply(configMap('watched'), OURS);
    const work = [
      cluster.get(keyOf(configMap('busy'))),
      cluster.get(keyOf(configMap('hanging'))),
      cluster.waitFor(keyOf(object), () => false, 60_000),
    ].map(failureOf);
    await proxy.saw(({ path }) => path.includes('watch=true'));
    const beganAtMs = performance.now();
    stop.abort();
    for (const error of await Promise.all(work)) {
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ code: 'interrupted' });
    }
    expect(performance.now() - beganAtMs).toBeLessThan(1_000);
  });

  it('sends no write, not even again, when whoever may write is somebody else by now', async () => {
    const lost = new ServiceError('the lease is gone', { code: 'lease-lost' });
    let leases = 2;
    const beforeWrite = () => {
      leases -= 1;
      if (leases < 0) throw lost;
    };
    const rules = [{ path: WRITES, fault: { status: 503 } }];
    const [cluster, proxy] = await fixture.openThrough(rules, { beforeWrite });
    expect(await failureOf(cluster.apply(configMap('fenced'), OURS))).toBe(lost);
    expect(proxy.seen).toHaveLength(2);
    expect(await cluster.get(keyOf(configMap('fenced')))).toBeUndefined();
  });
});

describe('a list', () => {
  const NAMES = Array.from({ length: 12 }, (_, i) => `listed-${String(i).padStart(2, '0')}`);
  const CONFIG_MAPS = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    resource: 'configmaps',
    namespaced: true,
    listable: true,
  };

  beforeAll(async () => {
    await fixture.bed.kubectl(['create', 'namespace', 'listing']);
    const east = await fixture.open();
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'canary' };
    for (const name of NAMES) {
      const metadata = { name, namespace: 'listing', annotations };
      await east.create(configMap(name, { metadata }));
    }
  });

  const names = (pages: readonly (readonly Manifest[])[]) =>
    pages
      .flat()
      .map((object) => object.metadata.name)
      .filter((name) => name.startsWith('listed-'));

  it('comes page by page, with metadata only', async () => {
    const east = await fixture.open({ limits: { pageSize: 5 } });
    const pages: (readonly Manifest[])[] = [];
    for await (const page of east.listMetadata(CONFIG_MAPS, 'listing')) pages.push(page);
    expect(pages.map((page) => page.length)).toEqual([5, 5, 2]);
    expect(names(pages)).toEqual(NAMES);
    expect(pages[0]?.[0]).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'listing' },
    });
    expect(pages[0]?.[0]).not.toHaveProperty('data');
    expect(JSON.stringify(pages)).not.toContain('canary');
  });

  it('is of all namespaces where none is given', async () => {
    const east = await fixture.open({ limits: { pageSize: 5 } });
    const pages: (readonly Manifest[])[] = [];
    for await (const page of east.listMetadata(CONFIG_MAPS, undefined)) pages.push(page);
    expect(names(pages)).toEqual(NAMES);
    expect(new Set(pages.flat().map((object) => object.metadata.namespace)).size).toBeGreaterThan(
      1,
    );
  });

  it('goes on where it was when its pages have expired, with what came meanwhile', async () => {
    const token = Buffer.from(
      JSON.stringify({ v: 'meta.k8s.io/v1', rv: -1, start: 'listed-04\u0000' }),
    ).toString('base64url');
    const body = { kind: 'Status', metadata: { continue: token }, reason: 'Expired', code: 410 };
    const expired = { status: 410, body: JSON.stringify(body) };
    const rules = [{ path: /continue=/, times: 1, fault: expired }];
    const [cluster] = await fixture.openThrough(rules, { limits: { pageSize: 5 } });
    const pages: (readonly Manifest[])[] = [];
    for await (const page of cluster.listMetadata(CONFIG_MAPS, 'listing')) pages.push(page);
    expect(names(pages)).toEqual(NAMES);
  });

  it('is an error where the server refuses it', async () => {
    const message =
      'configmaps is forbidden: User "ci" cannot list resource "configmaps" in API group ""';
    const fault = { status: 403, body: JSON.stringify({ reason: 'Forbidden', message }) };
    const [cluster] = await fixture.openThrough([{ path: /configmaps/, fault }]);
    const list = async () => {
      for await (const page of cluster.listMetadata(CONFIG_MAPS, 'listing'))
        expect(page).toBeDefined();
    };
    const error = await failureOf(list());
    expect(error.message).toBe(`cluster east refused to list configmaps in listing: ${message}`);
    expect((error as ApiError).hint).toContain(
      'permission to list configmaps in namespace listing',
    );
  });

  it.each(['{"items": {}}', '{"items": [{"kind": "ConfigMap", "metadata": {"name": "x"}}]}'])(
    'is an error where the answer is %s',
    async (body) => {
      const [cluster] = await fixture.openThrough([
        { path: /configmaps/, fault: { status: 200, body } },
      ]);
      const list = async () => {
        for await (const page of cluster.listMetadata(CONFIG_MAPS, 'listing'))
          expect(page).toBeDefined();
      };
      expect((await failureOf(list())).message).toContain('it sent no list of configmaps');
    },
  );
});
