import { open, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { configMaps } from './config-maps.ts';
import { deadCluster } from './dead-cluster.ts';
import { World } from './world.ts';

const configMap = (clusters: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: a}
clusters: [${clusters}]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`;

const deployment = (image: string, name = 'echo') => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: ${name}}
config: {env: prod, image: '${image}'}
footprint: {east: {replicas: 1}}
`;

const PROGRAM = 'def main(ctx):\n    return Application()\n';

/** A push that has applied something, and has more to apply. */
async function beginPush(world: World) {
  const push = world.start(['push', '--yes'], { buffer: false });
  const begun = new Promise((resolve) => {
    push.stdout?.on('data', (text: Buffer) => text.includes('  created') && resolve('begun'));
  });
  expect(await Promise.race([begun, push])).toBe('begun');
  return { push };
}

describe('trouble outside', () => {
  it('names a kubeconfig that is not there', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('east') });
    const result = await world.run(['push', '--yes'], { env: { KUBECONFIG: '/nowhere/config' } });
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('/nowhere/config'),
    });
  });

  it('takes a directory of no namespaces for a mistyped path', async () => {
    const world = await World.open();
    await world.write({ 'too/deep/index.yaml': '' });
    for (const command of [['diff'], ['push', '--yes']]) {
      const { exitCode, stdout, stderr } = await world.run(command);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('has no folder with an index.yaml');
      expect(stderr).toContain('hint: check the path');
    }
  });

  it('names an unknown context with its place and the known ones', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('eest') });
    const { exitCode, stderr } = await world.run(['push', '--yes']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/index\.yaml:5:12: .*eest/);
    expect(stderr).toContain('east');
    expect(stderr).toContain('west');
  });

  it('does the work of the other clusters when one is unreachable', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('east, south') });
    const env = { KUBECONFIG: `${world.env.KUBECONFIG}:${await deadCluster(world, 'south')}` };
    const result = await world.run(['push', '--yes'], { env });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('cluster south is unreachable');
    expect(await world.get('east', 'configmap/a')).toBeDefined();
    expect(await world.run(['diff', '--exit-code'], { env })).toMatchObject({ exitCode: 3 });
  });

  it('asks no cluster about what is paused, and none where the repository is wrong', async () => {
    const world = await World.open();
    const here = configMap('east');
    const there = configMap('west').replaceAll('name: a', 'name: b');
    await world.write({ '{ns}/index.yaml': `${here}---${there}` });
    await world.push();
    const env = { KUBECONFIG: `${await deadCluster(world, 'west')}:${world.env.KUBECONFIG}` };
    const lost = await world.run(['push', '--yes', '--live'], { env });
    expect(lost).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('cluster west is unreachable'),
    });
    await world.write({ '{ns}/index.yaml': `${here}---${there.replace('clusters', 'cluster')}` });
    const wrong = await world.run(['push', '--yes', '--live'], { env });
    expect(wrong).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('index.yaml:12:1'),
    });
    expect(wrong.stdout).not.toContain('west');
    const name = ['--kind', 'KubernetesYaml', '--namespace', world.ns('shop'), '--name', 'b'];
    await world.run(['object', 'pause', ...name, '--reason', 'west is down']);
    await world.write({ '{ns}/index.yaml': `${here}---${there}` });
    expect(await world.run(['push', '--yes', '--live'], { env })).toMatchObject({ exitCode: 0 });
  });

  it('applies nothing when a registry is unreachable or a tag is missing', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', PROGRAM);
    await world.write({
      '{ns}/index.yaml': [
        deployment('http://127.0.0.1:1/gone_config:latest', 'a'),
        deployment(reference.replace('latest', 'nope'), 'b'),
        deployment(reference, 'c'),
      ].join('---'),
    });
    const { exitCode, stderr } = await world.run(['push', '--yes']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('127.0.0.1:1');
    expect(stderr).toContain('nope');
    expect(stderr).toContain('2 errors; nothing was applied.');
    expect((await world.run(['diff'])).stderr).toContain('2 errors; there is no plan.');
    expect(await world.get('east', 'deployment/c')).toBeUndefined();
  });

  it('finishes an apply that has begun when nobody reads of it any more', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMaps('1', 60) });
    const { push } = await beginPush(world);
    push.stdout?.destroy();
    expect((await push).exitCode).toBe(0);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('finishes what is in hand when it is interrupted and cannot even say so', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMaps('1', 60) });
    const { push } = await beginPush(world);
    push.stdout?.destroy();
    push.stderr?.destroy();
    push.kill('SIGINT');
    expect([0, 1]).toContain((await push).exitCode);
    const { stdout, stderr } = await world.run(['push', '--yes']);
    expect(stdout).toMatch(/Applied|Nothing to do/);
    expect(stderr).not.toContain('of a command that was interrupted');
  });

  it('applies nothing when nobody reads what would be', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMaps('1', 3) });
    const push = world.start(['push', '--yes'], { buffer: false });
    push.stdout?.destroy();
    expect((await push).exitCode).toBe(141);
    expect(await world.diff()).toContain('4 to create');
  });

  it('says that its output cannot be written', async () => {
    const world = await World.open();
    const stdout = (await open('/dev/full', 'w')).createWriteStream();
    const full = await world.run(['--help'], { stdout });
    stdout.destroy();
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toMatch(/^The output cannot be written: .*ENOSPC.*$/);
  });

  it('says what is wrong with a database file that is none', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('east') });
    await writeFile(world.database, 'this is a text file, not a database at all\n'.repeat(50));
    expect(await world.run(['diff'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(world.database),
    });
  });

  it('reports what an API server refuses for each object, and does the rest', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': `${configMap('east')}---
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: b}
clusters: [east]
objects:
  - {apiVersion: v1, kind: Service, metadata: {name: bad}, spec: {ports: [{port: 99999}]}}
`,
    });
    const { exitCode, stdout } = await world.run(['push', '--yes']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        `failed +Service .*bad .*\\n +declared at .*${world.ns('shop')}/index.yaml:14:5\\n`,
      ),
    );
    expect(await world.get('east', 'configmap/a')).toBeDefined();
  });
});

describe('a bad program', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['has no main', 'x = 1\n', /main/],
    ['fails', 'def main(ctx):\n    return 1 // 0\n', /app\.star:2/],
    [
      'never ends',
      'def main(ctx):\n    for i in range(1000000000):\n        pass\n',
      /limit|steps/,
    ],
    [
      'doubles a list',
      'def main(ctx):\n    l = [1]\n    for i in range(60):\n        l = l + l\n',
      /limit|memory/,
    ],
    ['nests too deep', `x = ${'('.repeat(2000)}1${')'.repeat(2000)}\n`, /limit|deep|nest/],
  ];
  it.each(cases)(
    'that %s ends in a clear error, and nothing is applied',
    async (_what, program, message) => {
      const world = await World.open();
      const bad = await world.image('bad', program);
      const good = await world.image('good', PROGRAM);
      await world.write({
        '{ns}/index.yaml': `${deployment(bad.reference, 'bad')}---${deployment(good.reference, 'good')}`,
      });
      const { exitCode, stderr } = await world.run(['push', '--yes', '--starlark-timeout', '3s']);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr).toContain('1 error; nothing was applied.');
      expect(stderr).not.toContain('    at ');
      expect(await world.get('east', 'deployment/good')).toBeUndefined();
    },
  );
});
