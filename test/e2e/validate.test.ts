import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { World } from './world.ts';

const deployment = (image: string, name = 'echo') => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: ${name}}
config: {env: prod, image: '${image}'}
footprint: {east: {replicas: 1}}
`;

const configMap = (name: string, clusters = 'east') => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: ${name}}
clusters: [${clusters}]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`;

const PROGRAM = `def main(ctx):
    if ctx.name() == "broken":
        fail("no such thing")
    return Application()
`;

/** A server that counts who comes to it, in place of a cluster and a registry. */
async function startWitness(): Promise<{ readonly port: number; readonly visits: () => number }> {
  let visits = 0;
  const server = createServer().on('connection', () => {
    visits += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, visits: () => visits };
}

/** A kubeconfig whose contexts lead to a witness. */
async function writeKubeconfig(world: World, port: number): Promise<string> {
  const path = join(world.directory, '..', 'kubeconfig');
  const server = `http://127.0.0.1:${port}`;
  await writeFile(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: ['east', 'west'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
    }),
  );
  return path;
}

describe('validate', () => {
  it('asks no cluster, registry or database, and says what it could not check', async () => {
    const world = await World.open();
    const { port, visits } = await startWitness();
    const image = `http://127.0.0.1:${port}/echo_config:latest`;
    await world.write({
      '{ns}/index.yaml': `${deployment(image)}---${configMap('a')}---
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: b}
clusters: [west]
objects:
  - {apiVersion: example.com/v1, kind: Gadget, metadata: {name: g}}
`,
    });
    const env = { KUBECONFIG: await writeKubeconfig(world, port) };
    const { exitCode, stdout, stderr } = await world.run(['validate'], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/index\.yaml:5:28: notice: .*echo_config:latest is not in the cache/);
    expect(stdout).toContain('notice: some kinds are not checked');
    expect(stdout).toMatch(/No errors, 2 notices \(3 declarations, \d objects\)$/);
    expect(visits()).toBe(0);
    const files = await readdir(join(world.directory, '..'));
    expect(files.sort()).toEqual(['kubeconfig', 'production']);
  });

  it('runs the programs that a push or diff has left in the cache', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', PROGRAM);
    await world.write({ '{ns}/index.yaml': deployment(reference) });
    await world.diff();
    expect(await world.sisyphus('validate')).toBe('No errors (1 declaration, 2 objects)');

    await world.write({ '{ns}/index.yaml': deployment(reference, 'broken') });
    const { exitCode, stdout } = await world.run(['validate']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/index\.yaml:5:28: .*Deployment shop-\w+\/broken: .*no such thing/);
    expect(stdout).toContain('app.star:3:9');
  });

  it('finds everything that is wrong at once, at its place', async () => {
    const world = await World.open();
    await world.write({
      'a-{id}/index.yaml': configMap('one', 'east, eest'),
      'b-{id}/index.yaml': `${configMap('one')}---${configMap('two')}`,
      'c-{id}/index.yaml': deployment('not an image').replace('footprint', 'footprints'),
    });
    const { exitCode, stdout } = await world.run(['validate']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/a-\w+\/index\.yaml:5:18: the context "eest" .*east, west/);
    expect(stdout).toMatch(/b-\w+\/index\.yaml:14:5: .*declared twice in cluster east/);
    expect(stdout).toMatch(/c-\w+\/index\.yaml:6:1: Unknown field `footprints`/);
    expect(stdout).toMatch(/3 errors \(3 declarations/);
  });

  it('checks no names of contexts where there is no kubeconfig', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('one', 'anywhere') });
    const env = { KUBECONFIG: '/nowhere/config' };
    expect(await world.run(['validate'], { env })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('there is no kubeconfig, so the names of contexts'),
    });
  });

  it('reports as JSON lines and as annotations of GitHub', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('one', 'eest') });
    const json = await world.run(['validate', '--output', 'json']);
    const [problem, validated, result] = json.stdout.split('\n').map((line) => JSON.parse(line));
    expect(problem).toMatchObject({
      type: 'problem',
      code: 'unknown-context',
      line: 5,
      column: 12,
    });
    expect(validated).toMatchObject({
      type: 'validated',
      declarations: 1,
      problems: 1,
      notices: 0,
    });
    expect(result).toMatchObject({ type: 'result', exitCode: 1 });
    const github = await world.run(['validate', '--output', 'github']);
    expect(github.exitCode).toBe(1);
    expect(github.stdout).toMatch(
      /^::error file=production\/shop-\w+\/index\.yaml,line=5,col=12,title=sisyphus%3A unknown-context::the context "eest"/,
    );
  });

  it('says that a directory is missing', async () => {
    const world = await World.open();
    expect(await world.run(['validate', 'nowhere'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('monitor directory'),
    });
  });
});
