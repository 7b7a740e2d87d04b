import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const PROGRAM = `
def main(ctx):
    return Application(args = ["--color", "pink"], env = {"PORT": Port(name = "http")})
`;

const deployment = (image: string, replicas = 2) => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config:
  env: prod
  image: ${image}
  service: {ports: {http: {number: 80}}}
footprint:
  east: {replicas: ${replicas}}
  west: {replicas: 1}
---
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: settings}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {replicas: "${replicas}"}}
`;

/** A world in which two versions of a program were rolled out, pink and then blue. */
class Story {
  readonly world: World;
  readonly reference: string;
  /** As images are recorded and shown: by digest, without a scheme. */
  readonly pink: string;
  readonly blue: string;

  private constructor(world: World, reference: string, digests: readonly string[]) {
    this.world = world;
    this.reference = reference;
    const repository = reference.replace(/^http:\/\//, '').replace(/:latest$/, '');
    [this.pink, this.blue] = digests.map((digest) => `${repository}@${digest}`) as [string, string];
  }

  static async tell(): Promise<Story> {
    const world = await World.open();
    const pink = await world.image('echo', PROGRAM);
    await world.write({ '{ns}/index.yaml': deployment(pink.reference) });
    await world.push();
    const blue = await world.image('echo', PROGRAM.replace('pink', 'blue'));
    await world.push();
    return new Story(world, pink.reference, [pink.digest, blue.digest]);
  }

  /** `sisyphus object COMMAND` on the Deployment. */
  async object(command: string, ...args: string[]): Promise<string> {
    return await this.world.sisyphus('object', command, ...this.name(), ...args);
  }

  name(name = 'echo', kind = 'Deployment'): string[] {
    return ['--kind', kind, '--namespace', this.world.ns('shop'), '--name', name];
  }

  async color(cluster = 'east'): Promise<string> {
    const path = '.spec.template.spec.containers[0].args[1]';
    return await this.world.field(cluster, 'deployment/echo', path);
  }
}

describe('object push', () => {
  it('rolls one declaration back, and a pause keeps it there', async () => {
    const story = await Story.tell();
    const { world } = story;
    await story.object('pause', '--reason', 'blue hurts the eyes');
    const pushed = await story.object('push', '--yes', '--image', story.pink);
    expect(pushed).toContain('Plan: 2 to update (in 2 clusters)');
    expect([await story.color('east'), await story.color('west')]).toEqual(['pink', 'pink']);
    expect(await story.object('status')).toContain('paused since');

    await world.write({ '{ns}/index.yaml': deployment(story.reference, 3) });
    const others = await world.push();
    expect(others).toContain(`= Deployment ${world.ns('shop')}/echo\n    paused since `);
    expect(others).toContain(': blue hurts the eyes\n');
    expect(await story.color()).toBe('pink');
    expect(await world.field('east', 'configmap/settings', '.data.replicas')).toBe('3');
    expect(await world.field('east', 'deployment/echo', '.spec.replicas')).toBe('2');

    await story.object('resume');
    await world.push();
    expect(await story.color()).toBe('blue');
    expect(await world.field('east', 'deployment/echo', '.spec.replicas')).toBe('3');
  });

  it('says that the next push undoes it where there is no pause', async () => {
    const story = await Story.tell();
    const pushed = await story.object('push', '--yes', '--image', story.pink);
    expect(pushed).toContain('not paused, so the next push brings back');
    await story.world.push();
    expect(await story.color()).toBe('blue');
  });

  it('touches nothing else, deletes nothing, and does not mind what is wrong elsewhere', async () => {
    const story = await Story.tell();
    const { world } = story;
    const text = deployment(story.reference, 4)
      .replace('  service: {ports: {http: {number: 80}}}\n', '')
      .replace('clusters: [east]', 'clusters: [nowhere]');
    await world.write({ '{ns}/index.yaml': text });
    expect(await world.run(['diff'])).toMatchObject({ exitCode: 1 });
    const pushed = await story.object('push', '--yes');
    expect(pushed).toContain('alone deletes nothing');
    expect(pushed).toContain('Plan: 1 to update (in 1 cluster)');
    expect(await world.field('east', 'deployment/echo', '.spec.replicas')).toBe('4');
    expect(await world.field('east', 'service/echo', '.spec.ports[0].port')).toBe('80');
    expect(await world.field('east', 'configmap/settings', '.data.replicas')).toBe('2');
    expect(await world.get('east', 'namespace', world.ns('shop'))).toBeDefined();
  });

  it('leaves a Namespace alone that is declared elsewhere, and makes one that is missing', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', PROGRAM);
    const namespace = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: spaces}
clusters: [east, west]
objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: '{ns}', labels: {team: shop}}}
`;
    await world.write({ '{ns}/index.yaml': deployment(reference) });
    const name = ['--kind', 'Deployment', '--namespace', world.ns('shop'), '--name', 'echo'];
    const first = await world.sisyphus('object', 'push', '--yes', ...name);
    expect(first).toContain('Applied 6 changes in 2 clusters');
    await world.write({ 'global/index.yaml': namespace });
    await world.push();
    expect(await world.sisyphus('object', 'push', '--yes', ...name)).toContain('Nothing to do');
    const labels = ['get', 'namespace', world.ns('shop'), '-o', 'jsonpath={.metadata.labels.team}'];
    expect(await world.kubectl('east', labels)).toBe('shop');
  });

  it('asks before it writes', async () => {
    const story = await Story.tell();
    const args = ['object', 'push', ...story.name(), '--image', story.pink];
    expect(await story.world.run(args)).toMatchObject({ exitCode: 2 });
    expect(await story.color()).toBe('blue');
  });

  it('refuses an image for plain objects, and a declaration that is not there', async () => {
    const story = await Story.tell();
    const { world } = story;
    const plain = story.name('settings', 'KubernetesYaml');
    expect(
      await world.run(['object', 'push', '--yes', ...plain, '--image', story.pink]),
    ).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no config image') });
    const typo = await world.run(['object', 'push', '--yes', ...story.name('ecko')]);
    expect(typo.exitCode).toBe(1);
    expect(typo.stderr).toContain(`did you mean Deployment ${world.ns('shop')}/echo?`);
  });
});

describe('object pause', () => {
  it('keeps a declaration out of pushes, whatever is wrong with it, and even when it is gone', async () => {
    const story = await Story.tell();
    const { world } = story;
    await world.write({ '{ns}/index.yaml': deployment('http://127.0.0.1:1/gone:latest', 5) });
    expect((await world.run(['diff'])).exitCode).toBe(1);
    const paused = await story.object('pause', '--reason', 'registry is down');
    expect(paused).toContain(`Paused Deployment ${world.ns('shop')}/echo`);
    await world.push();
    expect(await world.field('east', 'configmap/settings', '.data.replicas')).toBe('5');

    const [, plain = ''] = deployment('x').split('---');
    await world.write({ '{ns}/index.yaml': plain });
    await world.push();
    expect(await story.color()).toBe('blue');
    const again = await story.object('pause', '--reason', 'registry is down');
    expect(again).toContain('is paused for that reason since');
    await story.object('resume');
    expect(await story.object('resume')).toContain('is not paused');
    await world.push();
    expect(await world.get('east', 'deployment/echo')).toBeUndefined();
  });

  it('wants a reason, and a declaration that somebody knows', async () => {
    const story = await Story.tell();
    const { world } = story;
    expect(await world.run(['object', 'pause', ...story.name()])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--reason'),
    });
    expect(await world.run(['object', 'pause', ...story.name(), '--reason', ' '])).toMatchObject({
      exitCode: 2,
    });
    const kind = story.name('echo', 'CronJob');
    const unknown = await world.run(['object', 'pause', ...kind, '--reason', 'x']);
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain(`did you mean Deployment ${world.ns('shop')}/echo?`);
    expect(
      await world.run(['object', 'pause', ...story.name('echo', 'Deploy'), '--reason', 'x']),
    ).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('KubernetesYaml') });
  });
});

describe('object status', () => {
  it('tells what is recorded and how the last attempt ended', async () => {
    const story = await Story.tell();
    const { world } = story;
    const status = await story.object('status');
    expect(status).toMatch(/declared at .*index\.yaml:\d+:\d+/);
    expect(status).toContain('not paused');
    const ns = world.ns('shop');
    expect(status).toMatch(`east  Deployment ${ns}/echo: applied 20`);
    expect(status).toContain(story.blue);
    expect(status).toMatch(`west  Service ${ns}/echo: applied 20`);
    expect(status).toMatch(/last attempt in east succeeded at 20\S+ by ada: /);
    await story.object('pause', '--reason', 'because');
    expect(await story.object('status')).toMatch(/paused since 20\S+Z by ada: because/);

    const lines = (await story.object('status', '--output', 'json'))
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([
      ...['status', 'object', 'object', 'object', 'object', 'history', 'history', 'result'],
    ]);
    expect(lines[0]).toMatchObject({ declared: true, pause: { by: 'ada', reason: 'because' } });
    const { exitCode } = await world.run(['object', 'status', ...story.name('nobody')]);
    expect(exitCode).toBe(1);
  });

  it('needs no repository where the database is known', async () => {
    const story = await Story.tell();
    const { world } = story;
    const env = { MONITOR_DIRECTORY: '', DATABASE_URL: `sqlite:${world.database}` };
    const { exitCode, stdout } = await world.run(['object', 'status', ...story.name()], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('no repository could be read');
    expect(stdout).toContain(story.blue);
  });
});

describe('object history', () => {
  it('tells who rolled out which image when, where and how it ended, the newest first', async () => {
    const story = await Story.tell();
    const { world } = story;
    const lines = (await story.object('history')).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^20\S+Z {2}(east|west) {2}succeeded {2}ada {2}/);
    const images = lines.map((line) => (line.includes(story.blue) ? 'blue' : 'pink'));
    expect(images).toEqual(['blue', 'blue', 'pink', 'pink']);
    expect((await story.object('history', '--limit', '1')).split('\n')).toHaveLength(1);

    await world.remove('{ns}');
    await world.push('--allow-mass-delete');
    expect((await story.object('history')).split('\n')).toHaveLength(4);
  });

  it('shows what each attempt changed', async () => {
    const story = await Story.tell();
    const history = await story.object('history', '--diff', '--limit', '2');
    expect(history).toMatch(/- +- pink\n +\+ +- blue/);
    const lines = (await story.object('history', '--diff', '--output', 'json'))
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([...Array(4).fill('history'), 'result']);
    expect(lines[0]).toMatchObject({
      by: 'ada',
      outcome: 'succeeded',
      image: story.blue,
      before: { kind: 'Deployment' },
      after: { kind: 'Deployment' },
    });
    expect(lines[3]).not.toHaveProperty('before');
  });

  it('notes attempts that failed', async () => {
    const story = await Story.tell();
    const { world } = story;
    const quota = `{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"count/deployments.apps": "0"}}}`;
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['delete', 'deployment/echo', ...ns]);
    await world.kubectl('east', ['apply', '-f', '-', ...ns], quota);
    const failed = await world.run(['object', 'push', '--yes', '--live', ...story.name()]);
    expect(failed.exitCode).toBe(1);
    expect((await story.object('history')).split('\n')[0]).toMatch(/east {2}failed {5}ada/);
    expect(await story.object('status')).toContain('last attempt in east failed');
  });

  it('says when there is nothing to tell', async () => {
    const story = await Story.tell();
    const plain = story.name('settings', 'KubernetesYaml');
    expect(await story.world.sisyphus('object', 'history', ...plain)).toContain('No image');
    const nobody = await story.world.run(['object', 'history', ...story.name('nobody')]);
    expect(nobody.exitCode).toBe(1);
  });
});
