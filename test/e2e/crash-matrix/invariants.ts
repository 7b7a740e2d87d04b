import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { SeenRequest } from '../../bed/faults.ts';
import type { Finished, World } from '../world.ts';
import type { Store } from './database.ts';
import { kindOf } from './injection.ts';
import { canaryOf } from './scenario.ts';

/** How a run ended. */
interface Ending {
  readonly world: World;
  readonly store: Store;
  /** Digests of the images of both states. */
  readonly digests: readonly string[];
  /** What `diff --live --exit-code` said. */
  readonly live: Finished;
  /** Everything that commands printed. */
  readonly output: readonly string[];
  /** What the clusters were sent since the first state stood. */
  readonly sent: Readonly<Record<'east' | 'west', readonly SeenRequest[]>>;
}

/** Whatever went wrong on the way, this is true in the end. */
export async function checkInvariants(ending: Ending): Promise<void> {
  const { live, store, sent } = ending;
  expect(live, 'state equals clusters').toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Nothing to do'),
  });
  expect(await store.read('SELECT * FROM sisyphus_journal'), 'journal').toEqual([]);
  expect(await store.read('SELECT * FROM sisyphus_leases'), 'leases').toEqual([]);
  await expectTheSameObjects(ending);
  await expectWholeHistory(ending);
  for (const requests of Object.values(sent)) expectNoOtherContent(requests);
  await expectNoCanary(ending);
}

/** Every object that bears Sisyphus' name is tracked by its uid, and nothing else is. */
async function expectTheSameObjects({ world, store }: Ending): Promise<void> {
  const rows = await store.read('SELECT cluster, yaml FROM kubernetes_objects');
  const tracked = rows.map(({ cluster, yaml }) => {
    const { kind, metadata } = JSON.parse(String(yaml));
    return `${cluster} ${kind} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.uid}`;
  });
  const live = await Promise.all(['east', 'west'].map((cluster) => objectsOf(world, cluster)));
  expect(tracked.sort(), 'tracked objects').toEqual(live.flat().sort());
}

async function objectsOf(world: World, cluster: string): Promise<string[]> {
  const kinds = 'namespaces,configmaps,secrets,deployments';
  const text = await world.kubectl(cluster, [
    ...['get', kinds, '--all-namespaces', '-o', 'json', '--show-managed-fields'],
  ]);
  const mine = (name = '') => name.endsWith(`-${world.id}`);
  return JSON.parse(text).items.flatMap(({ kind, metadata }: LiveObject) => {
    // A Namespace without labels has no managed fields; nobody else makes any here.
    const isOurs =
      kind === 'Namespace'
        ? mine(metadata.name)
        : mine(metadata.namespace) &&
          metadata.managedFields?.some(({ manager }) => manager === 'sisyphus');
    if (!isOurs || metadata.deletionTimestamp !== undefined) return [];
    return [`${cluster} ${kind} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.uid}`];
  });
}

interface LiveObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly managedFields?: readonly { readonly manager: string }[];
  };
}

async function expectWholeHistory({ store, digests }: Ending): Promise<void> {
  const rows = await store.read(
    "SELECT image, outcome FROM object_history WHERE kind = 'Deployment' ORDER BY deployed_ms",
  );
  const succeeded = rows.filter(({ outcome }) => outcome === 'succeeded');
  const images = new Set(succeeded.map(({ image }) => String(image).split('@')[1]));
  expect([...images], 'images that were rolled out').toEqual(digests);
}

/** No object was applied twice with different content, nor deleted without naming which. */
function expectNoOtherContent(requests: readonly SeenRequest[]): void {
  const contents = new Map<string, string>();
  for (const request of requests) {
    const kind = kindOf(request);
    const [path = ''] = request.path.split('?');
    if (kind === 'apply' && request.status !== undefined && request.status < 300) {
      expect(request.body, `what was applied to ${path}`).toBe(contents.get(path) ?? request.body);
      contents.set(path, request.body);
    }
    if (kind === 'delete' && request.body !== '') {
      expect(JSON.parse(request.body).preconditions.uid, `uid of ${path}`).toEqual(
        expect.any(String),
      );
    }
  }
}

/** Values of Secrets are in the repository and in the clusters only. */
async function expectNoCanary({ world, store, output }: Ending): Promise<void> {
  const canary = canaryOf(world);
  const forms = [canary, Buffer.from(canary).toString('base64')];
  const holds = (text: string) => forms.some((form) => text.includes(form));
  const names = await readdir(world.root, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(`${world.directory}/`));
  const found: string[] = [];
  for (const path of files) {
    if (holds(await readFile(path, 'latin1'))) found.push(relative(world.root, path));
  }
  const tables = ['kubernetes_objects', 'object_history'].flatMap((name) => [
    name,
    `${name}_audit`,
  ]);
  for (const table of tables) {
    if (holds(JSON.stringify(await store.read(`SELECT * FROM ${table}`)))) found.push(table);
  }
  if (output.some(holds)) found.push('output');
  expect(found, 'where a value of a Secret was found').toEqual([]);
}
