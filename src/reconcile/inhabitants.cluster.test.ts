import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClusterFixture,
  configMap,
  keyOf,
  startCluster,
  type Way,
} from '../cluster/cluster-fixture.ts';
import { DEFAULT_LIMITS } from '../cluster/limits.ts';
import type { Cluster } from '../cluster/port.ts';
import { type Manifest, type ObjectKey, valueAt } from '../model/object.ts';
import { findInhabitants } from './inhabitants.ts';

const OURS = { manager: 'sisyphus', force: true };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

let fixture: ClusterFixture;
let namespaces: ObjectKey[];
const tracked = new Set<string>();

const uidOf = (object: Manifest | undefined) => valueAt(object, 'metadata', 'uid') as string;

/** Eight namespaces with a tracked ConfigMap each; in `c`, which mary may look into, and `g` lives somebody else. */
beforeAll(async () => {
  fixture = await startCluster();
  const east = await fixture.open();
  const make = async (manifest: Manifest) => (await east.apply(manifest, OURS)).object;
  const inside = (namespace: string, name: string, rest: object = {}) =>
    make({ ...configMap(name), metadata: { name, namespace, ...rest } });
  namespaces = await Promise.all(
    NAMES.map(async (name) =>
      keyOf(await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ),
  );
  const owners = await Promise.all(NAMES.map((name) => inside(name, 'ours')));
  for (const owner of owners) tracked.add(uidOf(owner));
  const [owner] = owners;
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'ours', uid: uidOf(owner) };
  await inside('a', 'descendant', { ownerReferences: [reference] });
  await inside('c', 'theirs');
  await inside('g', 'theirs');
  const { kubectl } = fixture.bed;
  await kubectl(['create', 'clusterrole', 'reader', '--verb=list', '--resource=configmaps']);
  const reading = ['rolebinding', 'mary', '--clusterrole=reader', '--user=mary'];
  await kubectl(['create', ...reading, '--namespace', 'c']);
});
afterAll(() => fixture.stop());

/** Names of the untracked objects of each namespace that has any, and what is not known. */
async function lookInto(cluster: Cluster, keys: readonly ObjectKey[]) {
  const found = await findInhabitants(cluster, keys, tracked);
  return found.map(({ namespace, untracked, unknown }) => ({
    namespace: namespace.name,
    untracked,
    unknown,
  }));
}

describe('what lives in namespaces', () => {
  it.each<[string, () => Way]>([
    ['at once', () => ({})],
    ['page by page', () => ({ limits: { ...DEFAULT_LIMITS, pageSize: 2 } })],
    ['by somebody who may not list a whole cluster', () => ({ user: { as: 'mary' } })],
  ])('is the same for all of them as for each alone, read %s', async (_, way) => {
    const cluster = await fixture.open(way());
    const together = await lookInto(cluster, namespaces);
    const alone = await Promise.all(namespaces.map((key) => lookInto(cluster, [key])));
    expect(together).toEqual(alone.flat());
  });

  it('is told as far as somebody may see', async () => {
    const cluster = await fixture.open({ user: { as: 'mary' } });
    const found = await lookInto(cluster, namespaces);
    const seen = found.map(({ namespace, untracked }) => [namespace, untracked]);
    expect(Object.fromEntries(seen)).toMatchObject({ c: ['ConfigMap c/theirs'], g: [] });
    expect(found.every(({ unknown }) => unknown.some((one) => one.startsWith('Secret: ')))).toBe(
      true,
    );
  });

  it('is what somebody else brought there', async () => {
    const found = await lookInto(await fixture.open(), namespaces);
    expect(found.filter(({ untracked }) => untracked.length > 0)).toEqual([
      { namespace: 'c', untracked: ['ConfigMap c/theirs', 'RoleBinding c/mary'], unknown: [] },
      { namespace: 'g', untracked: ['ConfigMap g/theirs'], unknown: [] },
    ]);
  });
});
