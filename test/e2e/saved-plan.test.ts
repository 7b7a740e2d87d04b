import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/plan-file/canonical.ts';
import { deadCluster } from './dead-cluster.ts';
import { World } from './world.ts';

const PROGRAM = `
def main(ctx):
    return Application(args = ["--color", "pink"])
`;

const deployment = (image: string) => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config: {env: prod, image: '${image}'}
footprint: {east: {replicas: 1}, west: {replicas: 1}}
`;

const objects = (name: string, ...manifests: string[]) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: ${name}}
clusters: [east]
objects:
${manifests.map((manifest) => `  - ${manifest}`).join('\n')}
---`;

const configMap = (name: string, data: string) =>
  objects(name, `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {${data}}}`);

const secret = (keys: string, more = '') =>
  objects(
    'tokens',
    `{apiVersion: v1, kind: Secret, metadata: {name: tokens${more}}, stringData: {${keys}}}`,
  );

const web = (image: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: web}
clusters: [east]
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 1
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: '${image}'}]}
`;

/** A file beside the monitor directory. */
const beside = (world: World, name: string) => join(world.directory, '..', name);

/** Saves the plan of the present repository as `plan.json`. */
async function savePlan(world: World, ...args: string[]): Promise<string> {
  return await world.diff('--out', 'plan.json', ...args);
}

/** Applies `plan.json`, which has to work. */
async function applyPlan(world: World): Promise<string> {
  return await world.push('--plan', 'plan.json');
}

/** Applies `plan.json`, which has to be refused, and gives what was said. */
async function refusal(world: World, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await world.run([
    ...['push', '--yes', '--plan', 'plan.json'],
    ...args,
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  return stderr;
}

async function kubectl(world: World, ...args: string[]): Promise<void> {
  await world.kubectl('east', [...args, '-n', world.ns('shop')]);
}

/** A world in which a ConfigMap was pushed, and a plan to change it was saved. */
async function changed(): Promise<World> {
  const world = await World.open();
  await world.write({ '{ns}/index.yaml': configMap('a', 'x: one, y: one') });
  await world.push();
  await world.write({ '{ns}/index.yaml': configMap('a', 'x: two, y: one') });
  await savePlan(world);
  return world;
}

describe('a saved plan', () => {
  it('is applied exactly, although the tag and the repository moved meanwhile', async () => {
    const world = await World.open();
    const { reference, digest } = await world.image('echo', PROGRAM);
    await world.write({ '{ns}/index.yaml': deployment(reference) });
    const planned = await savePlan(world);
    expect(planned).toContain('4 to create');

    const next = await world.image('echo', PROGRAM.replace('pink', 'blue'));
    await world.write({
      '{ns}/index.yaml': `${deployment(reference)}---${configMap('later', 'a: b')}`,
    });
    expect(await applyPlan(world)).toContain('Applied 4 changes in 2 clusters');
    for (const cluster of ['east', 'west']) {
      const image = '.metadata.annotations.sisyphus\\.april\\.dev/config-image';
      expect(await world.field(cluster, 'deployment/echo', image)).toContain(digest);
      const args = '.spec.template.spec.containers[0].args';
      expect(await world.field(cluster, 'deployment/echo', args)).toContain('pink');
    }
    expect(await world.get('east', 'configmap/later')).toBeUndefined();
    expect(await world.diff()).toContain(next.digest);
    expect(await refusal(world)).toContain('is tracked by now');
  });

  it('needs neither repository nor registry, and is applied under its own filter', async () => {
    const world = await World.open();
    const text = configMap('a', 'x: one') + configMap('b', 'x: one');
    await world.write({ '{ns}/index.yaml': text });
    await savePlan(world, '--name', 'a');
    await rename(world.directory, beside(world, 'elsewhere'));
    expect(await applyPlan(world)).toContain('Applied 2 changes');
    expect(await world.get('east', 'configmap/a')).toBeDefined();
    expect(await world.get('east', 'configmap/b')).toBeUndefined();
  });

  it('updates, recreates, deletes and claims objects as it says', async () => {
    const world = await World.open();
    const job = (image: string) =>
      objects(
        'job',
        `{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: '${image}'}]}}}}`,
      );
    const autoscaler = (version: string) =>
      objects(
        'scaler',
        `{apiVersion: autoscaling/${version}, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}}`,
      );
    await world.write({
      'other-{id}/index.yaml': configMap('z', 'a: b'),
      '{ns}/index.yaml':
        job('registry.example/job:1') +
        autoscaler('v1') +
        configMap('a', 'x: one') +
        configMap('b', 'x: one'),
    });
    await world.push();
    const uid = await world.field('east', 'job/job', '.metadata.uid');
    await world.write({
      '{ns}/index.yaml':
        job('registry.example/job:2') +
        autoscaler('v2') +
        configMap('b', 'x: one').replace('{name: b}', '{name: moved}'),
    });
    await savePlan(world);
    expect(await applyPlan(world)).toContain('Applied 3 changes');
    expect(await world.field('east', 'job/job', '.metadata.uid')).not.toBe(uid);
    expect(await world.get('east', 'configmap/a')).toBeUndefined();
    const [plan = ''] = (await world.diff('--output', 'json')).split('\n');
    expect(JSON.parse(plan)).toMatchObject({ counts: { update: 0, delete: 0 }, claims: [] });

    await world.remove('{ns}');
    await savePlan(world);
    expect(await applyPlan(world)).toContain('Applied 4 changes');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('is shown as diff shows it, as text and as JSON lines', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', PROGRAM);
    await world.write({
      '{ns}/index.yaml': `${deployment(reference)}---${configMap('a', 'x: one')}`,
    });
    await world.push();
    await world.write({ '{ns}/index.yaml': configMap('a', 'x: two') + secret('one: v') });
    for (const flags of [[], ['--full', '--group-by', 'cluster'], ['--output', 'json']]) {
      const diff = await savePlan(world, ...flags);
      const shown = await world.run(['show', 'plan.json', ...flags]);
      const timeless = (text: string) => text.replace(/"durationMs":\d+/, '');
      expect(timeless(shown.stdout)).toBe(timeless(diff));
      expect(shown).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/made .* by ada/) });
    }
  });

  it('is a file that only its owner may read, and replaces nothing but a file', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('a', 'x: one') });
    await savePlan(world);
    expect((await stat(beside(world, 'plan.json'))).mode & 0o777).toBe(0o600);
    for (const path of ['nowhere/plan.json', 'production', '/dev/null']) {
      expect(await world.run(['diff', '--out', path])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(`the plan file ${path} cannot be written`),
      });
    }
    expect((await stat('/dev/null')).isFile()).toBe(false);
  });

  it('asks and guards against a mass deletion like any other push', async () => {
    const world = await World.open();
    const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
    await world.write({ '{ns}/index.yaml': names.map((one) => configMap(one, 'a: b')).join('') });
    await world.push();
    await world.write({ '{ns}/index.yaml': configMap('c0', 'a: b') });
    await savePlan(world);
    expect(await world.run(['push', '--yes', '--plan', 'plan.json'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('deletes 11 of 13 tracked objects'),
    });
    const unasked = ['push', '--plan', 'plan.json', '--allow-mass-delete'];
    expect(await world.run(unasked)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no terminal to ask on'),
    });
    expect(await world.push('--plan', 'plan.json', '--allow-mass-delete')).toContain('11 changes');
  });

  it('takes no flag that would make it another plan', async () => {
    const world = await World.open();
    for (const flag of [['--cluster', 'east'], ['--live'], ['--adopt-repository']]) {
      expect(await world.run(['push', '--yes', '--plan', 'plan.json', ...flag])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(`'--plan <file>' cannot be used with option '${flag[0]}`),
      });
    }
  });
});

describe('a plan file that is not what was saved', () => {
  it('is refused when it was altered, cut off, or is none', async () => {
    const world = await changed();
    const file = beside(world, 'plan.json');
    const text = await readFile(file, 'utf8');
    const cases: readonly (readonly [string, string])[] = [
      [text.replaceAll('two', 'six'), 'plan.json was altered or damaged'],
      [text.slice(0, -20), 'plan.json is damaged or cut off'],
      ['{"kind": "List"}', 'plan.json is no plan file'],
      [text.replace('"schema": 1', '"schema": 7'), 'plan file of schema 7; this program reads'],
    ];
    for (const [content, message] of cases) {
      await writeFile(file, content);
      expect(await refusal(world)).toContain(message);
      expect((await world.run(['show', 'plan.json'])).stderr).toContain(message);
    }
    await rm(file);
    expect(await refusal(world)).toContain(
      'the plan file plan.json cannot be read: there is no such file',
    );
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('one');
  });

  it('is refused when another version of the program made it, but still shown', async () => {
    const world = await changed();
    const file = beside(world, 'plan.json');
    const { checksum: _old, ...content } = JSON.parse(await readFile(file, 'utf8'));
    content.plan.program = '0.0.1';
    await writeFile(file, JSON.stringify({ ...content, checksum: digestOf(content) }));
    expect(await refusal(world)).toContain('the plan was made by version 0.0.1; this is version');
    expect(await world.run(['show', 'plan.json'])).toMatchObject({ exitCode: 0 });
  });
});

describe('a saved plan whose state has moved', () => {
  it('is refused when an object of it was applied or is tracked since', async () => {
    const world = await changed();
    await world.write({ '{ns}/index.yaml': configMap('a', 'x: three, y: one') });
    await world.push();
    expect(await refusal(world)).toContain(
      `ConfigMap ${world.ns('shop')}/a in cluster east was applied or recorded anew`,
    );
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('three');
  });

  it('is applied when only other objects moved', async () => {
    const world = await changed();
    await world.write({
      '{ns}/index.yaml': configMap('a', 'x: one, y: one') + configMap('b', 'x: y'),
    });
    await world.push();
    await applyPlan(world);
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('two');
  });

  it('is refused when something is tracked in a Namespace that it deletes', async () => {
    const world = await World.open();
    const other = { 'other-{id}/index.yaml': configMap('z', 'a: b') };
    await world.write({ ...other, '{ns}/index.yaml': configMap('a', 'a: b') });
    await world.push();
    const text = await world.read('{ns}/index.yaml');
    await world.remove('{ns}');
    await savePlan(world);
    await world.write({ '{ns}/index.yaml': text + configMap('b', 'a: b') });
    await world.push();
    expect(await refusal(world)).toContain(
      `ConfigMap ${world.ns('shop')}/b in cluster east is tracked by now in a Namespace`,
    );
    expect(await world.get('east', 'configmap/b')).toBeDefined();
  });

  it('is refused when a declaration of it was paused', async () => {
    const world = await changed();
    const ids = ['--kind', 'KubernetesYaml', '--namespace', world.ns('shop'), '--name', 'a'];
    const paused = await world.run(['object', 'pause', ...ids, '--reason', 'holiday']);
    expect(paused).toMatchObject({ exitCode: 0 });
    expect(await refusal(world)).toContain('was paused meanwhile');
  });

  it('is refused to a database that serves another repository', async () => {
    const world = await changed();
    const other = beside(world, 'other');
    await mkdir(join(other, world.ns('web')), { recursive: true });
    await writeFile(join(other, world.ns('web'), 'index.yaml'), configMap('b', 'x: y'));
    const url = `sqlite:${beside(world, 'another.db')}`;
    await world.push('--database-url', url, other);
    expect(await refusal(world, '--database-url', url)).toContain(
      'this database serves the repository other, but the plan was made for production',
    );
    expect(await refusal(world, '--database-url', `sqlite:${beside(world, 'new.db')}`)).toContain(
      'this database serves no repository yet',
    );
  });
});

describe('a saved plan whose cluster has moved', () => {
  it('is refused when a field that it changes was changed, and names that', async () => {
    const world = await changed();
    await kubectl(world, 'patch', 'configmap', 'a', '-p', '{"data":{"x":"theirs"}}');
    const said = await refusal(world);
    expect(said).toContain('is not as the plan takes it to be: data.x');
    expect(said).toContain('sisyphus refresh');
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('theirs');

    expect(await world.run(['refresh'])).toMatchObject({ exitCode: 0 });
    expect(await savePlan(world)).toContain('theirs');
    await applyPlan(world);
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('two');
  });

  it('is applied over a plan with --live, as long as nothing moved after that', async () => {
    const world = await changed();
    await kubectl(world, 'patch', 'configmap', 'a', '-p', '{"data":{"x":"theirs"}}');
    expect(await savePlan(world, '--live')).toContain('theirs');
    await kubectl(world, 'patch', 'configmap', 'a', '-p', '{"data":{"x":"theirs again"}}');
    expect(await refusal(world)).toContain('data.x');
    await kubectl(world, 'patch', 'configmap', 'a', '-p', '{"data":{"x":"theirs"}}');
    await applyPlan(world);
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('two');
  });

  it('is applied whatever became of its status and of what others own, with a warning', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': web('registry.example/web:1') });
    await world.push();
    await world.write({ '{ns}/index.yaml': web('registry.example/web:2') });
    await savePlan(world);
    await kubectl(world, 'rollout', 'status', 'deployment/web', '--timeout=30s');
    await kubectl(world, 'annotate', 'deployment/web', 'note=theirs');
    await kubectl(world, 'set', 'env', 'deployment/web', 'B=b');
    await kubectl(world, 'scale', 'deployment/web', '--replicas=2');
    const pushed = await applyPlan(world);
    expect(pushed).toContain(
      'warning: puts back what was changed after the last apply: spec.replicas',
    );
    const containers = '.spec.template.spec.containers[0]';
    expect(await world.field('east', 'deployment/web', `${containers}.image`)).toContain('web:2');
    expect(await world.field('east', 'deployment/web', `${containers}.env[0].name`)).toBe('B');
    expect(await world.field('east', 'deployment/web', '.metadata.annotations.note')).toBe(
      'theirs',
    );
  });

  it('is refused when an object of it is gone, or was made anew', async () => {
    const world = await changed();
    await kubectl(world, 'delete', 'configmap', 'a');
    expect(await refusal(world)).toContain('is not there any more');
    await kubectl(world, 'create', 'configmap', 'a', '--from-literal=x=one');
    expect(await refusal(world)).toContain('somebody made it anew');
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('one');

    await world.write({ '{ns}/index.yaml': '' });
    await savePlan(world, '--kind', 'ConfigMap');
    expect(await refusal(world)).toContain('somebody made it anew');
  });

  it('is refused when it would overwrite an object that it is to create', async () => {
    const world = await World.open();
    await world.kubectl('east', ['create', 'namespace', world.ns('shop')]);
    await world.write({ '{ns}/index.yaml': configMap('a', 'x: one') + configMap('b', 'x: one') });
    await savePlan(world);
    await kubectl(world, 'create', 'configmap', 'a', '--from-literal=x=theirs');
    const said = await refusal(world);
    expect(said).toContain('is to be created, but is there with other values: data.x');
    expect(said).toContain('sisyphus import');
    await kubectl(world, 'delete', 'configmap', 'a');
    await applyPlan(world);
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('one');
  });

  it('goes on without a cluster that cannot be reached, and names a context that is not there', async () => {
    const world = await World.open();
    const text = configMap('a', 'x: one');
    await world.write({ '{ns}/index.yaml': text.replace('[east]', '[east, west]') });
    await savePlan(world);
    const unknown = await world.run(['push', '--yes', '--plan', 'plan.json'], {
      env: { KUBECONFIG: await deadCluster(world, 'south') },
    });
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('east') });
    const lost = await world.run(['push', '--yes', '--plan', 'plan.json'], {
      env: { KUBECONFIG: `${await deadCluster(world, 'west')}:${world.env.KUBECONFIG}` },
    });
    expect(lost).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('Cluster west is left out of this plan'),
    });
    expect(await world.get('east', 'configmap/a')).toBeDefined();
    expect(await world.get('west', 'configmap/a')).toBeUndefined();
  });
});

const CANARY = 'canary-4711-value';

async function value(world: World, key: string): Promise<string> {
  const data = await world.field('east', 'secret/tokens', `.data.${key}`);
  return Buffer.from(data, 'base64').toString();
}

describe('a saved plan with Secrets', () => {
  it('holds names of keys and no values, and reads these again', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret(`one: ${CANARY}, two: ${CANARY}-2`) });
    await savePlan(world);
    const file = await readFile(beside(world, 'plan.json'), 'utf8');
    expect(file).toContain('"two"');
    for (const form of [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 20)]) {
      expect(file).not.toContain(form);
    }
    await applyPlan(world);
    expect(await value(world, 'one')).toBe(CANARY);

    await world.write({
      '{ns}/index.yaml': secret(`two: x, three: ${CANARY}-3`, ', labels: {a: b}'),
    });
    await savePlan(world);
    expect(await readFile(beside(world, 'plan.json'), 'utf8')).not.toContain(CANARY);
    await applyPlan(world);
    expect([await value(world, 'one'), await value(world, 'two')]).toEqual(['', `${CANARY}-2`]);
    expect(await value(world, 'three')).toBe(`${CANARY}-3`);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('is refused when the declaration of a Secret with new keys has changed or is gone', async () => {
    const world = await World.open();
    const index = '{ns}/index.yaml';
    await world.write({ [index]: secret('one: replace-me') });
    await savePlan(world);
    const cases: readonly (readonly [string, RegExp])[] = [
      [secret('one: another'), /another value than when .* \(one\)/],
      [secret('one: replace-me, two: x'), /index\.yaml:7:5: Secret .*is declared otherwise/],
      [secret('one: replace-me', ', labels: {a: b}'), /is declared otherwise/],
      ['', /is no longer declared in the repository/],
      ['{', /index\.yaml/],
    ];
    for (const [text, message] of cases) {
      await world.write({ [index]: text });
      const said = await refusal(world);
      expect(said).toMatch(message);
      expect(said).not.toContain('replace-me');
    }
    await world.write({ [index]: secret('one: replace-me') + configMap('new', 'a: b') });
    await applyPlan(world);
    expect(await value(world, 'one')).toBe('replace-me');
  });

  it('is refused when a new key is there by now, or the repository is not', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('one: x') });
    await world.push();
    await world.write({ '{ns}/index.yaml': secret('one: x, two: x') });
    await savePlan(world);
    const elsewhere = beside(world, 'elsewhere/production');
    await mkdir(beside(world, 'elsewhere'));
    await rename(world.directory, elsewhere);
    expect(await refusal(world)).toContain('have to be read from the repository again');
    const url = `sqlite:${world.database}`;
    const args = ['push', '--yes', '--plan', 'plan.json', '--database-url', url];
    const pushed = await world.run(args, { env: { MONITOR_DIRECTORY: elsewhere } });
    expect(pushed).toMatchObject({ exitCode: 0 });
    expect(await value(world, 'two')).toBe('x');

    await rename(elsewhere, world.directory);
    await world.write({ '{ns}/index.yaml': secret('one: x, two: x, three: x') });
    await savePlan(world);
    await kubectl(world, 'patch', 'secret', 'tokens', '-p', '{"stringData":{"three":"theirs"}}');
    expect(await refusal(world)).toContain('data.three');
    expect(await value(world, 'three')).toBe('theirs');
  });

  it('needs no repository to change and remove what is there', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret('one: x, two: x') });
    await world.push();
    await world.write({ '{ns}/index.yaml': secret('two: x', ', labels: {a: b}') });
    await savePlan(world);
    await rm(world.directory, { recursive: true });
    await applyPlan(world);
    expect(await world.field('east', 'secret/tokens', '.metadata.labels.a')).toBe('b');
    expect([await value(world, 'one'), await value(world, 'two')]).toEqual(['', 'x']);
  });
});
