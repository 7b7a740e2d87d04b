import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manifest, valueAt } from '../model/object.ts';
import {
  type ClusterFixture,
  configMap,
  deployment,
  failureOf,
  keyOf,
  secret,
  startCluster,
} from './cluster-fixture.ts';
import { ApiError, WaitTimeoutError } from './errors.ts';
import type { Cluster } from './port.ts';

const OURS = { manager: 'sisyphus', force: true };
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

let fixture: ClusterFixture;
let east: Cluster;
beforeAll(async () => {
  fixture = await startCluster();
  east = await fixture.open();
});
afterAll(() => fixture.stop());

const uidOf = (object: Manifest | undefined) => valueAt(object, 'metadata', 'uid') as string;

describe('apply', () => {
  it('creates, then updates, and says which of the two it did', async () => {
    const first = await east.apply(configMap('applied'), OURS);
    expect(first.created).toBe(true);
    expect(first.object).toMatchObject({ kind: 'ConfigMap', data: { a: '1' } });
    const second = await east.apply(configMap('applied', { data: { b: '2' } }), OURS);
    expect(second.created).toBe(false);
    expect(second.object.data).toEqual({ b: '2' });
    expect(valueAt(second.object, 'metadata', 'managedFields')).toMatchObject([
      { manager: 'sisyphus', operation: 'Apply' },
    ]);
  });

  it('names the field and the manager it would take it from, and takes it by force', async () => {
    await east.apply(deployment('scaled', { replicas: 0 }), OURS);
    await fixture.bed.kubectl(['scale', 'deployment/scaled', '--replicas=3']);
    const error = await failureOf(
      east.apply(deployment('scaled', { replicas: 1 }), { ...OURS, force: false }),
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 409,
      reason: 'Conflict',
      conflicts: [{ manager: 'kubectl', field: '.spec.replicas' }],
    });
    const { object } = await east.apply(deployment('scaled', { replicas: 1 }), OURS);
    expect(valueAt(object, 'spec', 'replicas')).toBe(1);
  });

  it('for one version of an object is not tried again when that is gone', async () => {
    const { object } = await east.apply(configMap('versioned'), OURS);
    const { resourceVersion = '' } = object.metadata;
    await east.patch(keyOf(object), [{ op: 'add', path: '/data/b', value: '2' }]);
    const [cluster, proxy] = await fixture.openThrough([]);
    const metadata = { name: 'versioned', namespace: 'default', resourceVersion };
    const error = await failureOf(cluster.apply(configMap('versioned', { metadata }), OURS));
    expect(error).toMatchObject({ status: 409, conflicts: [] });
    expect(proxy.seen).toHaveLength(1);
  });

  it('refuses a misspelt field without trying again', async () => {
    const [cluster, proxy] = await fixture.openThrough([]);
    const wrong = deployment('misspelt', { replica: 1 });
    const error = await failureOf(cluster.apply(wrong, OURS));
    expect(error.message).toBe(
      'cluster east refused to apply Deployment default/misspelt: failed to create typed patch object (default/misspelt; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
    );
    expect((error as ApiError).hint).toContain('explain deployments.apps');
    expect(proxy.seen).toHaveLength(1);
  });

  it('explains an immutable field', async () => {
    await east.apply(deployment('fixed'), OURS);
    const labels = { app: 'other' };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: 'main', image: 'x:1' }] },
    };
    const changed = deployment('fixed', { selector: { matchLabels: labels }, template });
    const error = await failureOf(east.apply(changed, OURS));
    expect(error).toMatchObject({ status: 422, reason: 'Invalid' });
    expect((error as ApiError).hint).toContain('cannot be changed in place');
  });

  it('tells of a type that the cluster does not have', async () => {
    const widget = { ...configMap('w'), apiVersion: 'example.com/v1', kind: 'Widget' };
    const error = await failureOf(east.apply(widget, OURS));
    expect(error.message).toBe(
      'cluster east cannot apply Widget default/w: it serves no example.com/v1 Widget',
    );
    expect(await east.get(keyOf(widget))).toBeUndefined();
    expect(await east.delete(keyOf(widget), {})).toBe(false);
  });

  it('tells of a missing namespace, in the manifest and in the cluster', async () => {
    const homeless = { ...configMap('h'), metadata: { name: 'h' } };
    expect(await failureOf(east.apply(homeless, OURS))).toMatchObject({
      code: 'missing-namespace',
    });
    const astray = { ...configMap('h'), metadata: { name: 'h', namespace: 'nowhere' } };
    expect((await failureOf(east.apply(astray, OURS))).message).toContain('"nowhere" not found');
  });

  it.each(['', '.', '..'])('sends nothing for the name "%s"', async (name) => {
    const error = await failureOf(east.apply(configMap(name), OURS));
    expect(error).toMatchObject({ code: 'invalid-name' });
  });

  it('keeps a name with a slash in its place', async () => {
    const error = await failureOf(east.apply(configMap('../secrets/x'), OURS));
    expect(error).toBeInstanceOf(ApiError);
  });
});

describe('create', () => {
  it('makes an object once', async () => {
    expect((await east.create(configMap('created'))).created).toBe(true);
    const error = await failureOf(east.create(configMap('created')));
    expect(error).toMatchObject({ status: 409, reason: 'AlreadyExists' });
  });

  it('refuses a field that is not known', async () => {
    const error = await failureOf(east.create(deployment('odd', { replica: 1 })));
    expect(error.message).toContain('unknown field "spec.replica"');
  });

  it('works in the name of sisyphus', async () => {
    const { object } = await east.create(configMap('signed'));
    expect(valueAt(object, 'metadata', 'managedFields')).toMatchObject([
      { manager: 'sisyphus', operation: 'Update' },
    ]);
  });
});

describe('patch', () => {
  it('changes an object that is still the one that was read', async () => {
    const { object } = await east.create(configMap('patched'));
    const version = valueAt(object, 'metadata', 'resourceVersion') ?? '';
    const operations = [
      { op: 'replace', path: '/metadata/resourceVersion', value: version },
      { op: 'add', path: '/data/b', value: '2' },
    ] as const;
    const patched = await east.patch(keyOf(object), operations);
    expect(patched.data).toEqual({ a: '1', b: '2' });
    expect(await failureOf(east.patch(keyOf(object), operations))).toMatchObject({ status: 409 });
  });

  it('fails with 422 where a test does not hold', async () => {
    const { object } = await east.create(configMap('tested'));
    const operations = [{ op: 'test', path: '/data/a', value: '2' }] as const;
    expect(await failureOf(east.patch(keyOf(object), operations))).toMatchObject({ status: 422 });
  });
});

describe('get', () => {
  it('gives nothing for what does not exist', async () => {
    expect(await east.get(keyOf(configMap('nothing')))).toBeUndefined();
  });

  it('leaves out the manifest that kubectl keeps in an annotation', async () => {
    const manifest = JSON.stringify(configMap('noted', { data: { a: 'canary' } }));
    await fixture.bed.kubectl(['apply', '-f', '-'], manifest);
    const object = await east.get(keyOf(configMap('noted')));
    expect(object?.data).toEqual({ a: 'canary' });
    expect(object?.metadata).not.toHaveProperty('annotations');
  });
});

describe('a Secret', () => {
  const canary = Buffer.from('canary-value').toString('base64');
  const canary2 = Buffer.from('canary-value-2').toString('base64');
  /** Everything that could be printed of a value, hidden fields included. */
  const everything = (value: unknown) => inspect(value, { depth: null, showHidden: true });
  const leaks = (value: unknown) =>
    ['canary', canary, canary2].some((text) => everything(value).includes(text));

  it('comes back with its keys and without a value, whatever is done to it', async () => {
    const annotations = { [LAST_APPLIED]: canary };
    const metadata = { name: 'keys', namespace: 'default', annotations };
    const created = await east.create(secret('keys', { b: canary, a: canary }, { metadata }));
    const key = keyOf(created.object);
    expect(created.object.data).toEqual({ a: '********', b: '********' });
    const read = await east.get(key);
    const patched = await east.patch(key, [{ op: 'add', path: '/data/c', value: canary }]);
    expect(patched.data).toEqual({ a: '********', b: '********', c: '********' });
    const applied = await east.apply(
      secret('keys', {}, { metadata: { ...metadata, annotations: {} } }),
      OURS,
    );
    const found = await east.waitFor(key, () => true, 5_000);
    expect([created, read, patched, applied, found].filter(leaks)).toEqual([]);
  });

  it('arrives over the wire without a value', async () => {
    await east.create(secret('wired', { a: canary }));
    const [cluster, proxy] = await fixture.openThrough([]);
    await cluster.get(keyOf(secret('wired', {})));
    await cluster.delete(keyOf(secret('wired', {})), {});
    expect(proxy.seen.map(({ accept }) => accept)).toEqual(
      Array(2).fill(expect.stringContaining('PartialObjectMetadata')),
    );
  });

  it('has keys of every manager', async () => {
    await east.create(secret('shared', { a: canary }));
    const patch = JSON.stringify({ data: { b: canary } });
    await fixture.bed.kubectl(['patch', 'secret/shared', '-p', patch]);
    const object = await east.get(keyOf(secret('shared', {})));
    expect(object?.data).toEqual({ a: '********', b: '********' });
  });

  it('does not show in errors', async () => {
    await east.create(secret('taken', { a: canary }));
    const invalid = { type: 'kubernetes.io/dockerconfigjson' };
    const errors = await Promise.all([
      failureOf(east.create(secret('bad', { a: 'canary-%%' }))),
      failureOf(east.create(secret('bad', { '.dockerconfigjson': canary }, invalid))),
      failureOf(east.create(secret('taken', { a: canary }))),
      failureOf(east.apply(secret('bad', { a: canary }, { datum: canary }), OURS)),
      failureOf(east.apply(secret('taken', { a: canary2 }), { manager: 'other', force: false })),
      failureOf(
        east.patch(keyOf(secret('taken', {})), [{ op: 'test', path: '/data/a', value: 'canary' }]),
      ),
    ]);
    expect(errors.filter(leaks)).toEqual([]);
    expect(errors[1]).toMatchObject({ status: 422, reason: 'Invalid' });
    expect((errors[1] as Error).message).toContain('data[.dockerconfigjson]');
  });

  it('is never written with the mask as a value', async () => {
    const masked = secret('masked', { a: '********' });
    expect(await failureOf(east.create(masked))).toMatchObject({ code: 'internal' });
    expect(await failureOf(east.apply(masked, OURS))).toMatchObject({ code: 'internal' });
    expect(await east.get(keyOf(masked))).toBeUndefined();
  });
});

describe('delete', () => {
  it('tells whether there was something to delete', async () => {
    await east.create(configMap('deleted'));
    expect(await east.delete(keyOf(configMap('deleted')), {})).toBe(true);
    expect(await east.delete(keyOf(configMap('deleted')), {})).toBe(false);
  });

  it('leaves another object of the name alone', async () => {
    const { object } = await east.create(configMap('anew'));
    await east.delete(keyOf(object), { uid: uidOf(object) });
    await east.create(configMap('anew'));
    const error = await failureOf(east.delete(keyOf(object), { uid: uidOf(object) }));
    expect(error).toMatchObject({ status: 409, reason: 'Conflict' });
    expect(await east.get(keyOf(object))).toBeDefined();
  });
});

describe('a wait', () => {
  const held = (name: string) =>
    configMap(name, { metadata: { name, namespace: 'default', finalizers: ['example.com/hold'] } });

  it('until an object is gone ends when its finalizer is', async () => {
    const { object } = await east.create(held('leaving'));
    await east.delete(keyOf(object), {});
    const gone = east.waitUntilGone(keyOf(object), uidOf(object), 20_000);
    await east.patch(keyOf(object), [{ op: 'remove', path: '/metadata/finalizers' }]);
    await expect(gone).resolves.toBeUndefined();
  });

  it('until an object is gone ends at once where another one stands there', async () => {
    await east.create(configMap('successor'));
    const key = keyOf(configMap('successor'));
    await expect(east.waitUntilGone(key, 'another-uid', 20_000)).resolves.toBeUndefined();
    await expect(
      east.waitUntilGone(keyOf(configMap('never')), undefined, 0),
    ).resolves.toBeUndefined();
  });

  it('that is too long names what holds the object', async () => {
    const { object } = await east.create(held('stuck'));
    await east.delete(keyOf(object), {});
    const error = await failureOf(east.waitUntilGone(keyOf(object), undefined, 500));
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error.message).toBe(
      'ConfigMap default/stuck in cluster east is still there, held by its finalizers example.com/hold, after 0.5 s',
    );
    expect(uidOf((error as WaitTimeoutError).last)).toBe(uidOf(object));
  });

  it('for a condition hears of the change', async () => {
    const { object } = await east.create(configMap('changing'));
    const [watcher, proxy] = await fixture.openThrough([]);
    const awaited = watcher.waitFor(
      keyOf(object),
      (seen) => valueAt(seen, 'data', 'b') === '2',
      20_000,
    );
    await proxy.saw(({ path }) => path.includes('watch=true'));
    await east.patch(keyOf(object), [{ op: 'add', path: '/data/b', value: '2' }]);
    expect((await awaited).data).toEqual({ a: '1', b: '2' });
    expect(proxy.seen).toHaveLength(2);
  });

  it('for an object that does not exist yet sees it come', async () => {
    const [watcher, proxy] = await fixture.openThrough([]);
    const awaited = watcher.waitFor(keyOf(configMap('coming')), () => true, 20_000);
    await proxy.saw(() => true);
    await east.create(configMap('coming'));
    expect((await awaited).metadata.name).toBe('coming');
  });

  it('for a condition that does not come true gives the object as it is', async () => {
    const { object } = await east.create(configMap('unchanging'));
    const error = await failureOf(east.waitFor(keyOf(object), () => false, 100));
    expect((error as WaitTimeoutError).last).toEqual(object);
    const absent = await failureOf(east.waitFor(keyOf(configMap('absent')), () => true, 100));
    expect(absent.message).toBe(
      'ConfigMap default/absent in cluster east does not exist after 0.1 s',
    );
  });

  it('looks again and again where nobody may watch', async () => {
    const watch = { path: /watch=true/, fault: { status: 403, body: '{}' } };
    const [watcher, proxy] = await fixture.openThrough([watch]);
    const { object } = await east.create(configMap('polled'));
    const awaited = watcher.waitFor(
      keyOf(object),
      (seen) => valueAt(seen, 'data', 'b') === '2',
      20_000,
    );
    await proxy.saw(({ path }) => path.includes('watch=true'));
    await east.patch(keyOf(object), [{ op: 'add', path: '/data/b', value: '2' }]);
    expect((await awaited).data).toEqual({ a: '1', b: '2' });
  });

  it('goes on where the connection of a watch breaks', async () => {
    const watch = { path: /watch=true/, times: 2, fault: { reset: 'before' } } as const;
    const [watcher, proxy] = await fixture.openThrough([watch]);
    const { object } = await east.create(configMap('broken'));
    const awaited = watcher.waitFor(
      keyOf(object),
      (seen) => valueAt(seen, 'data', 'b') === '2',
      20_000,
    );
    await proxy.saw(({ path }) => path.includes('watch=true'));
    await east.patch(keyOf(object), [{ op: 'add', path: '/data/b', value: '2' }]);
    expect((await awaited).data).toEqual({ a: '1', b: '2' });
  });
});
