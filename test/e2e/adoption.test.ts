import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, inject, it } from 'vitest';
import { originalRow, originalTables } from '../../src/state/original.fixture.ts';
import { pushIndex } from '../bed/oci.ts';
import { World } from './world.ts';

const CANARY = 'canary-4711-value';
/** As a Secret and its record hold it. */
const BASE64 = Buffer.from(CANARY).toString('base64');

const PROGRAM = 'def main(ctx): return Application(args = ["--color", "pink"])';

const deployment = (image: string) => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo, labels: {team: tills, tier: front}}
config: {env: prod, image: "${image}"}
footprint: {east: {replicas: 1}}
---`;

const settings = (data: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: settings}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {${data}}}
---`;

const secrets = (labels: string, strings: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: secrets}
clusters: [east]
objects:
  - apiVersion: v1
    kind: Secret
    metadata: {name: strings, labels: {${labels}}}
    stringData: {${strings}}
  - apiVersion: v1
    kind: Secret
    metadata: {name: data, labels: {${labels}}}
    data: {pin: cmVwbGFjZS1tZQ==}
---`;

/** What the Original leaves in a cluster: it applied an object once, and patched it from then on. */
class Original {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  async apply(manifest: object): Promise<void> {
    const flags = ['--server-side', '--field-manager=sisyphus', '-f', '-'];
    await this.world.kubectl('east', ['apply', ...flags], JSON.stringify(manifest));
  }

  async patch(object: string, patch: object): Promise<void> {
    const flags = ['--type=merge', '--field-manager=sisyphus', '-p', JSON.stringify(patch)];
    const namespace = ['-n', this.world.ns('shop')];
    await this.world.kubectl('east', ['patch', object, ...namespace, ...flags]);
  }

  async applySecret(name: string, fields: object): Promise<void> {
    const metadata = { name, namespace: this.world.ns('shop'), labels: { a: 'b' } };
    await this.apply({ apiVersion: 'v1', kind: 'Secret', metadata, ...fields });
  }

  /** Writes the database of the world as the Original would have, from what the cluster holds. */
  async record(objects: readonly string[], image: string): Promise<void> {
    const rows = await Promise.all(
      objects.map(async (object) => {
        const found = await this.world.get('east', object);
        const created = new Date().toISOString().slice(0, 19).replace('T', ' ');
        return originalRow(found as Parameters<typeof originalRow>[0], { created });
      }),
    );
    const file = new Sqlite(this.world.database);
    file.exec([originalTables('sqlite'), ...rows].join('\n'));
    file
      .prepare(
        `INSERT INTO object_history (api_version, cluster, image, kind, name, namespace)
          VALUES ('apps/v1', 'east', ?, 'Deployment', 'echo', ?)`,
      )
      .run(image, this.world.ns('shop'));
    file.close();
  }
}

/** A world that the Original has deployed; its database, too. */
async function deployed(): Promise<{ world: World; reference: string; recorded: string }> {
  const world = await World.open();
  const { reference, ...manifest } = await world.image('echo', PROGRAM);
  const { registryUrl } = inject('bed');
  const repository = `${world.id}/echo_config`;
  await pushIndex({ url: registryUrl }, { repository, tag: 'latest', manifests: [manifest] });
  const recorded = `${new URL(registryUrl).host}/${repository}@${manifest.digest}`;

  await world.write({ '{ns}/index.yaml': deployment(reference) + settings('a: "1", b: "2"') });
  await world.push('--database-url', `sqlite:${world.directory}.scratch.db`);
  const original = new Original(world);
  const annotations = { 'sisyphus.april.dev/config-image': recorded };
  await original.patch('deployment/echo', { metadata: { annotations } });
  await original.patch('configmap/settings', { data: { b: '3' } });
  await original.applySecret('strings', { stringData: { one: CANARY, two: CANARY } });
  await original.applySecret('data', { data: { pin: BASE64 } });
  const names = ['deployment/echo', 'configmap/settings', 'secret/strings', 'secret/data'];
  await original.record([...names, `namespace/${world.ns('shop')}`], recorded);
  await world.write({
    '{ns}/index.yaml':
      deployment(reference) + settings('a: "1", b: "3"') + secrets('a: b', 'one: x, two: x'),
  });
  return { world, reference, recorded };
}

async function bytesOf(database: string): Promise<string> {
  const files = (await readdir(dirname(database))).filter((file) =>
    file.startsWith(basename(database)),
  );
  const texts = files.map((file) => readFile(join(dirname(database), file), 'latin1'));
  return (await Promise.all(texts)).join('');
}

async function value(world: World, secret: string, key: string): Promise<string> {
  const data = await world.field('east', `secret/${secret}`, `.data.${key}`);
  return Buffer.from(data, 'base64').toString();
}

describe('a database of the Original', () => {
  it('has nothing to do, says once that it was adopted, and holds no value any more', async () => {
    const { world, recorded } = await deployed();
    expect(await bytesOf(world.database)).toContain(BASE64);
    const first = await world.run(['diff', '--exit-code']);
    expect(first.stdout).toContain('Nothing to do');
    expect(first.stderr).toContain('backups that were made before still hold them');
    const bytes = await bytesOf(world.database);
    expect(bytes).not.toContain(CANARY);
    expect(bytes).not.toContain(BASE64);

    const live = await world.run(['diff', '--exit-code', '--live']);
    expect(live).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await world.refresh()).toContain('No drift');
    const name = ['--kind', 'Deployment', '--namespace', world.ns('shop'), '--name', 'echo'];
    expect(await world.sisyphus('object', 'status', ...name)).toContain(recorded);
    expect(await world.sisyphus('object', 'history', ...name)).toContain(recorded);
    expect(await world.push()).toContain('Nothing to do');
  });

  it('lets go of what the repository drops, whoever wrote it how, and of no value', async () => {
    const { world, reference } = await deployed();
    await world.write({
      '{ns}/index.yaml':
        deployment(reference).replace(', tier: front', '') +
        settings('a: "1"') +
        secrets('c: d', 'one: x, two: x'),
    });
    await world.push();
    expect(await world.field('east', 'configmap/settings', '.data')).toBe('{"a":"1"}');
    const labels = await world.field('east', 'deployment/echo', '.metadata.labels');
    expect(JSON.parse(labels)).not.toHaveProperty('tier');
    expect(await world.field('east', 'secret/data', '.metadata.labels')).toBe('{"c":"d"}');
    expect(await value(world, 'data', 'pin')).toBe(CANARY);
    expect(await value(world, 'strings', 'one')).toBe(CANARY);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
    expect(await world.diff('--exit-code', '--live')).toContain('Nothing to do');

    await world.write({
      '{ns}/index.yaml': deployment(reference) + settings('a: "1"') + secrets('c: d', 'one: x'),
    });
    await world.push();
    expect(await value(world, 'strings', 'one')).toBe(CANARY);
    expect(await value(world, 'strings', 'two')).toBe('');
  });

  it('deletes what is no longer declared, and the Namespace that the Original made', async () => {
    const { world, reference } = await deployed();
    await world.write({ '{ns}/index.yaml': deployment(reference) });
    await world.push();
    expect(await world.get('east', 'configmap/settings')).toBeUndefined();
    expect(await world.get('east', 'secret/data')).toBeUndefined();
    await world.remove('{ns}');
    await world.write({ 'other-{id}/index.yaml': '' });
    await world.push('--allow-mass-delete');
    expect(await world.get('east', 'deployment/echo')).toBeUndefined();
    const namespace = await world.get('east', `namespace/${world.ns('shop')}`);
    expect((namespace as { status?: { phase: string } })?.status?.phase).not.toBe('Active');
  });
});
