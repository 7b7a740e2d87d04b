import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manifest, valueAt } from '../model/object.ts';
import { type ClusterFixture, failureOf, startCluster } from './cluster-fixture.ts';
import type { Cluster, Resource } from './port.ts';

const OURS = { manager: 'sisyphus', force: true };
const ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' };
const ROLE_PLACE = { ...ROLE, resource: 'roles', namespaced: true, listable: true };

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await startCluster();
});
afterAll(() => fixture.stop());

/** A definition of a kind in the group `example.com`. */
function definition(kind: string, plural: string, scope = 'Namespaced'): Manifest {
  const schema = { openAPIV3Schema: { type: 'object', properties: { size: { type: 'integer' } } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      names: { kind, plural, singular: kind.toLowerCase() },
      scope,
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

const instance = (kind: string, name: string): Manifest => {
  return { apiVersion: 'example.com/v1', kind, metadata: { name, namespace: 'default' }, size: 1 };
};

const isEstablished = (object: Manifest) =>
  JSON.stringify(valueAt(object, 'status', 'conditions') ?? '').includes('"Established"');

async function define(cluster: Cluster, crd: Manifest): Promise<Manifest> {
  const { object } = await cluster.apply(crd, OURS);
  const { apiVersion, kind, metadata } = object;
  const key = { cluster: 'east', apiVersion, kind, namespace: '', name: metadata.name };
  return await cluster.waitFor(key, isEstablished, 20_000);
}

/** Changes what is kept of the one server. @returns the file and what it held before */
async function editKept(
  cacheDirectory: string,
  edit: (kept: string) => string,
): Promise<[path: string, before: string]> {
  const [file = ''] = await readdir(join(cacheDirectory, 'discovery'));
  const path = join(cacheDirectory, 'discovery', file);
  const before = await readFile(path, 'utf8');
  await writeFile(path, edit(before));
  return [path, before];
}

describe('discovery', () => {
  it('asks nobody about the kinds that Sisyphus renders', async () => {
    const [cluster, proxy] = await fixture.openThrough([]);
    const kinds = [
      'v1 Namespace',
      'v1 Service',
      'v1 Secret',
      'apps/v1 Deployment',
      'batch/v1 CronJob',
    ];
    for (const text of kinds) {
      const [apiVersion = '', kind = ''] = text.split(' ');
      expect(await cluster.resourceOf({ apiVersion, kind })).toBeDefined();
    }
    expect(proxy.seen).toEqual([]);
  });

  it('knows those kinds as the server does', async () => {
    const east = await fixture.open();
    const served = (await east.resources()).map((resource) => JSON.stringify(sorted(resource)));
    for (const [apiVersion, kind] of [
      ['v1', 'Namespace'],
      ['v1', 'Service'],
      ['v1', 'Secret'],
      ['v1', 'ConfigMap'],
      ['v1', 'ServiceAccount'],
      ['apps/v1', 'Deployment'],
      ['batch/v1', 'CronJob'],
    ] as const) {
      expect(served).toContain(JSON.stringify(sorted(await east.resourceOf({ apiVersion, kind }))));
    }
  });

  it('asks once in a run, whatever is looked for, and next time not at all', async () => {
    const cacheDirectory = join(fixture.folder, 'kept');
    const [cluster, proxy] = await fixture.openThrough([], { cacheDirectory });
    const found = await Promise.all([
      cluster.resourceOf(ROLE),
      cluster.resourceOf({ apiVersion: 'nowhere/v1', kind: 'Thing' }),
      cluster.resourceOf({ apiVersion: 'v1', kind: 'Pod' }),
    ]);
    expect(found).toEqual([ROLE_PLACE, undefined, expect.objectContaining({ resource: 'pods' })]);
    expect(proxy.seen.map(({ path }) => path).sort()).toEqual(['/api', '/apis', '/version']);

    const again = await fixture.open({ cacheDirectory, cluster: { server: proxy.url } });
    expect(await again.resourceOf(ROLE)).toEqual(ROLE_PLACE);
    expect(proxy.seen).toHaveLength(3);
  });

  it("looks at the server's version before it relies on what was kept", async () => {
    const cacheDirectory = join(fixture.folder, 'outdated');
    const [cluster, proxy] = await fixture.openThrough([], { cacheDirectory });
    await cluster.resourceOf(ROLE);
    const edit = (kept: string) =>
      kept.replace(/v1\.\d+\.\d+/, 'v1.0.0').replace('"roles"', '"oldroles"');
    const [path, kept] = await editKept(cacheDirectory, edit);

    const again = await fixture.open({ cacheDirectory, cluster: { server: proxy.url } });
    const key = { ...ROLE, cluster: 'east', namespace: 'default', name: 'nothing' };
    expect(await again.get(key)).toBeUndefined();
    expect(proxy.seen.at(-1)?.path).toContain('/roles/nothing');
    expect(await readFile(path, 'utf8')).toBe(kept);
  });

  it('finds a kind that has moved since it was kept', async () => {
    const cacheDirectory = join(fixture.folder, 'moved');
    const [cluster, proxy] = await fixture.openThrough([], { cacheDirectory });
    await cluster.resourceOf(ROLE);
    await editKept(cacheDirectory, (kept) => kept.replace('"roles"', '"oldroles"'));

    const again = await fixture.open({ cacheDirectory, cluster: { server: proxy.url } });
    const role = { ...ROLE, metadata: { name: 'moved', namespace: 'default' }, rules: [] };
    expect(await again.apply(role, OURS)).toMatchObject({ created: true });
    expect(proxy.seen.some(({ path }) => path.includes('/oldroles/moved'))).toBe(true);
  });

  it('gives each type once, in the preferred version', async () => {
    const east = await fixture.open();
    const types = await east.resources();
    const ids = types.map(
      ({ apiVersion, resource }) => `${apiVersion.split('/').slice(0, -1)}/${resource}`,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(types).toContainEqual(ROLE_PLACE);
    expect(types.find(({ kind }) => kind === 'HorizontalPodAutoscaler')?.apiVersion).toBe(
      'autoscaling/v2',
    );
    expect(types.find(({ kind }) => kind === 'TokenReview')).toMatchObject({ listable: false });
  });

  it('finds the same in the documents of old servers', async () => {
    const old = { path: /^\/apis?$/, fault: { withoutRequestHeaders: ['accept'] } };
    const [cluster, proxy] = await fixture.openThrough([old]);
    const types = await cluster.resources();
    expect(proxy.seen.some(({ path }) => path === '/apis/apps/v1')).toBe(true);
    const expected = await (await fixture.open()).resources();
    const byName = (resources: readonly Resource[]) =>
      resources.map((resource) => JSON.stringify(sorted(resource))).sort();
    expect(byName(types)).toEqual(byName(expected));
  });

  it('does not call a list complete while a group does not answer', async () => {
    const old = { path: /^\/apis?$/, fault: { withoutRequestHeaders: ['accept'] } };
    const down = { path: /^\/apis\/batch\/v1$/, fault: { status: 503 } };
    const [cluster] = await fixture.openThrough([old, down]);
    const error = await failureOf(cluster.resources() as Promise<unknown>);
    expect(error).toMatchObject({ code: 'incomplete-discovery' });
    expect(error.message).toBe('cluster east cannot tell which types it serves in batch/v1');
    const unclear = cluster.resourceOf({ apiVersion: 'batch/v1', kind: 'Job' });
    expect(await failureOf(unclear as Promise<unknown>)).toMatchObject({
      code: 'incomplete-discovery',
    });
    expect(await cluster.resourceOf(ROLE)).toEqual(ROLE_PLACE);
  });

  it('is an error where the server answers something else', async () => {
    const [cluster] = await fixture.openThrough([
      { path: /^\/api$/, fault: { status: 200, body: '{}' } },
    ]);
    expect(await failureOf(cluster.resources() as Promise<unknown>)).toMatchObject({
      message: 'cluster east gave no usable answer: /api is no discovery document',
    });
  });
});

describe('a definition in hand', () => {
  it('makes its kind known and usable at once', async () => {
    const [cluster, proxy] = await fixture.openThrough([]);
    const crd = await define(cluster, definition('Gadget', 'gadgets'));
    cluster.learn(crd);
    const { created, object } = await cluster.apply(instance('Gadget', 'g'), OURS);
    expect(created).toBe(true);
    expect(object.size).toBe(1);
    expect(proxy.seen.filter(({ path }) => path === '/apis')).toHaveLength(1);
    expect(await cluster.resourceOf(instance('Gadget', 'g'))).toMatchObject({
      resource: 'gadgets',
      namespaced: true,
    });
  });

  it('is believed before the server serves the kind', async () => {
    const [cluster] = await fixture.openThrough([
      { path: /doodads/, times: 2, fault: { status: 404, body: '404 page not found' } },
    ]);
    const crd = await define(await fixture.open(), definition('Doodad', 'doodads'));
    cluster.learn(crd);
    expect(await cluster.apply(instance('Doodad', 'd'), OURS)).toMatchObject({ created: true });
  });

  it('refuses fields that its schema does not have', async () => {
    const east = await fixture.open();
    east.learn(await define(east, definition('Strict', 'stricts')));
    const error = await failureOf(east.apply({ ...instance('Strict', 's'), colour: 'red' }, OURS));
    expect(error.message).toContain('colour');
  });

  it('that is malformed teaches nothing', async () => {
    const east = await fixture.open();
    east.learn({ ...definition('Bad', 'bads'), spec: { group: 'example.com' } });
    expect(await east.resourceOf(instance('Bad', 'b'))).toBeUndefined();
  });
});

const sorted = (value: object | undefined) =>
  Object.fromEntries(Object.entries(value ?? {}).sort());
