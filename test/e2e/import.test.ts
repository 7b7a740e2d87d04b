import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const configMap = (name: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: of-${name}}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {color: pink}}
---`;

const key = (world: World, name: string, kind = 'ConfigMap') => [
  ...['--api-version', 'v1', '--cluster', 'east', '--kind', kind],
  ...['--namespace', world.ns('shop'), '--name', name],
];

/** A database's file and what belongs to it, as text. */
async function bytesOf(database: string): Promise<string> {
  const files = (await readdir(dirname(database))).filter((file) =>
    file.startsWith(basename(database)),
  );
  const texts = files.map((file) => readFile(join(dirname(database), file), 'latin1'));
  return (await Promise.all(texts)).join('');
}

/** A world that has deployed a ConfigMap `a`, with a foreign ConfigMap `b` beside it. */
async function deployed(): Promise<World> {
  const world = await World.open();
  await world.write({ '{ns}/index.yaml': configMap('a') });
  await world.push();
  const ns = ['-n', world.ns('shop')];
  await world.kubectl('east', ['create', 'configmap', 'b', '--from-literal=color=blue', ...ns]);
  return world;
}

describe('import', () => {
  it('takes up an object that the repository declares, and writes nothing to the cluster', async () => {
    const world = await deployed();
    await world.write({ '{ns}/index.yaml': configMap('a') + configMap('b') });
    const before = await world.get('east', 'configmap/b');
    const imported = await world.run(['import', ...key(world, 'b')]);
    expect(imported).toMatchObject({ exitCode: 0, stderr: '' });
    expect(imported.stdout).toContain(`which KubernetesYaml ${world.ns('shop')}/of-b declares`);
    expect(await world.get('east', 'configmap/b')).toEqual(before);

    const diff = await world.diff();
    expect(diff).toMatch(/- +color: blue\n.*\+ +color: pink/);
    expect(diff).toContain('Plan: 1 to update (in 1 cluster)');
    await world.push();
    expect(await world.field('east', 'configmap/b', '.data.color')).toBe('pink');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('warns that the next push would delete what the repository does not declare', async () => {
    const world = await deployed();
    const { exitCode, stderr } = await world.run(['import', ...key(world, 'b')]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'the repository does not declare it, so the next push would delete it',
    );
    expect(await world.diff()).toContain(`- ConfigMap ${world.ns('shop')}/b  east`);
  });

  it('says when it could not check whether the repository declares the object', async () => {
    const world = await deployed();
    const without = { env: { MONITOR_DIRECTORY: '', DATABASE_URL: `sqlite:${world.database}` } };
    const blind = await world.run(['import', ...key(world, 'b')], without);
    expect(blind.exitCode).toBe(0);
    expect(blind.stderr).toContain('it could not be checked');
    expect(blind.stderr).toContain('no monitor directory is given');
    await world.sisyphus('forget', ...key(world, 'b'));
    await world.write({ '{ns}/index.yaml': `${configMap('a')}\nkind: [` });
    const broken = await world.run(['import', ...key(world, 'b')]);
    expect(broken.exitCode).toBe(0);
    expect(broken.stderr).toMatch(/it could not be checked.*\n.*index\.yaml:/);
  });

  it('leaves an object alone that a paused declaration declares', async () => {
    const world = await deployed();
    await world.write({ '{ns}/index.yaml': configMap('a') + configMap('b') });
    const name = ['--kind', 'KubernetesYaml', '--namespace', world.ns('shop'), '--name', 'of-b'];
    await world.sisyphus('object', 'pause', ...name, '--reason', 'not yet');
    await world.sisyphus('import', ...key(world, 'b'));
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('refuses what does not exist, is tracked already or is of no known kind', async () => {
    const world = await deployed();
    const refused = async (...args: string[]) => {
      const { exitCode, stderr } = await world.run(['import', ...args]);
      return `${exitCode} ${stderr.split('\n')[0]}`;
    };
    expect(await refused(...key(world, 'c'))).toMatch(
      /^1 .*there is no ConfigMap .*\/c in cluster/,
    );
    expect(await refused(...key(world, 'a'))).toMatch(/^1 .*is tracked already$/);
    expect(await refused(...key(world, 'b', 'ConfgMap'))).toMatch(/^1 .*knows no kind ConfgMap/);
    expect(await refused(...key(world, 'b').slice(0, 6), '--name', 'b')).toMatch(
      /^2 .*a ConfigMap lives in a namespace$/,
    );
    expect(await refused(...key(world, 'x', 'Namespace'))).toMatch(/^2 .*has no namespace$/);
    expect(await refused(...key(world, 'b').slice(2))).toMatch(/^2 .*--api-version/);
  });

  it('never holds the value of a secret', async () => {
    const world = await deployed();
    const ns = ['-n', world.ns('shop')];
    const literal = '--from-literal=token=canary-value';
    await world.kubectl('east', ['create', 'secret', 'generic', 'tokens', literal, ...ns]);
    await world.write({
      '{ns}/index.yaml': `${configMap('a')}
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: tokens}
clusters: [east]
objects:
  - {apiVersion: v1, kind: Secret, metadata: {name: tokens}, stringData: {token: replace-me}}
`,
    });
    await world.sisyphus('import', ...key(world, 'tokens', 'Secret'));
    const database = await bytesOf(world.database);
    expect(database).not.toMatch(/canary-value|Y2FuYXJ5LXZhbHVl/);
    expect(database).toContain('tokens');
    await world.push();
    expect(await world.field('east', 'secret/tokens', '.data.token')).toBe(
      Buffer.from('canary-value').toString('base64'),
    );
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });
});

describe('forget', () => {
  it('drops an object from the database and leaves the cluster alone', async () => {
    const world = await deployed();
    const before = await world.get('east', 'configmap/a');
    const said = await world.sisyphus('forget', ...key(world, 'a'));
    expect(said).toContain('not touched');
    expect(await world.get('east', 'configmap/a')).toEqual(before);
    expect(await world.diff()).toContain(`+ ConfigMap ${world.ns('shop')}/a  east`);
    await world.push();
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('names what is near when an object is not tracked', async () => {
    const world = await deployed();
    const { exitCode, stderr } = await world.run(['forget', ...key(world, 'aa')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `ConfigMap ${world.ns('shop')}/aa (v1) of cluster east is not tracked`,
    );
    expect(stderr).toContain(`did you mean ConfigMap ${world.ns('shop')}/a (v1) of cluster east?`);
  });
});
