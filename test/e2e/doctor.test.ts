import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { startRegistry } from '../bed/registry.ts';
import { World } from './world.ts';

const configMap = (cluster = 'east') => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: all}
clusters: [${cluster}]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`;

const deployment = (image: string) => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config: {env: prod, image: '${image}'}
footprint: {east: {replicas: 1}}
`;

/** Every file of a world with what is in it. */
async function filesOf(world: World): Promise<Record<string, string>> {
  const entries = await readdir(world.root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  const sums = files.sort().map(async (file) => {
    return [
      file,
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(sums));
}

/** Writes a kubeconfig like the bed's, with a change. */
async function changedKubeconfig(world: World, change: (config: Kubeconfig) => void) {
  const config = parse(await readFile(world.env.KUBECONFIG ?? '', 'utf8')) as Kubeconfig;
  change(config);
  const path = join(world.root, 'kubeconfig');
  await writeFile(path, stringify(config));
  return { KUBECONFIG: path };
}

interface Kubeconfig {
  readonly clusters: { readonly cluster: { server: string } }[];
  readonly users: { user: { token: string } }[];
}

describe('doctor', () => {
  it('finds everything fine, and changes nothing', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', 'def main(ctx):\n    return Application()\n');
    await world.write({ '{ns}/index.yaml': `${deployment(reference)}---${configMap()}` });
    const before = await filesOf(world);
    const fresh = await world.run(['doctor']);
    expect(fresh).toMatchObject({ exitCode: 0, stderr: '' });
    expect(fresh.stdout).toMatch(/✓ program: sisyphus \S+ on Node\.js 2/);
    expect(fresh.stdout).toContain(`✓ database: ${world.database} is made by the first push`);
    expect(fresh.stdout).toMatch(/✓ cluster east: Kubernetes v1\.\d+\.\d+, answered in \d+ ms/);
    expect(fresh.stdout).toContain('✓ permissions east: all that a push needs with 3 kinds');
    expect(fresh.stdout).toMatch(/✓ registry \S+: lets us in without credentials/);
    expect(fresh.stdout).toMatch(/✓ image \S+echo_config:latest: is sha256:/);
    expect(fresh.stdout).toMatch(/Everything is fine\.$/);
    expect(await filesOf(world)).toEqual(before);

    await world.push();
    const pushed = await filesOf(world);
    const { stdout } = await world.run(['doctor', '--output', 'json']);
    const lines = stdout.split('\n').map((line) => JSON.parse(line));
    expect(lines.find(({ area }) => area === 'database')).toMatchObject({
      type: 'finding',
      verdict: 'fine',
      message: expect.stringMatching(/serves \S+; \d objects are tracked$/),
    });
    expect(lines.at(-1)).toMatchObject({ type: 'result', exitCode: 0 });
    expect(await filesOf(world)).toEqual(pushed);
  });

  it('looks at all contexts where no directory is named', async () => {
    const world = await World.open();
    const { exitCode, stdout } = await world.run(['doctor'], { env: { MONITOR_DIRECTORY: '' } });
    expect({ exitCode, database: stdout.includes('database') }).toEqual({
      exitCode: 0,
      database: false,
    });
    expect(stdout).toContain('✓ permissions east: all that a push needs with 6 kinds');
    expect(stdout).toContain('✓ permissions west: all that a push needs with 6 kinds');
  });

  it('says where a kubeconfig is missing, broken, or lacks a context', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('nowhere') });
    const missing = await world.run(['doctor'], { env: { KUBECONFIG: join(world.root, 'no') } });
    expect(missing).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/✗ kubeconfig: /) });
    const unknown = await world.run(['doctor']);
    expect(unknown).toMatchObject({ exitCode: 1 });
    expect(unknown.stdout).toMatch(/✗ cluster nowhere: .*nowhere/);
  });

  it('tells a cluster that does not answer and a token that is not accepted', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('east, west') });
    const env = await changedKubeconfig(world, ({ clusters, users }) => {
      const [east] = clusters;
      const [, west] = users;
      if (east === undefined || west === undefined) throw new Error('the bed has two clusters');
      east.cluster.server = 'https://127.0.0.1:1';
      west.user.token = 'stale-token';
    });
    const { exitCode, stdout } = await world.run(['doctor'], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ cluster east: .+\n {4}\S/);
    expect(stdout).toMatch(/✗ cluster west: .+\n {4}\S/);
    expect(stdout).not.toContain('stale-token');
    expect(stdout).toContain('2 problems.');
  });

  it('names what a restricted account may not do', async () => {
    const world = await World.open();
    const namespace = world.ns('shop');
    await world.write({ '{ns}/index.yaml': configMap() });
    const at = ['-n', namespace];
    await world.kubectl('east', ['create', 'namespace', namespace]);
    await world.kubectl('east', ['create', 'serviceaccount', 'bot', ...at]);
    const verbs = '--verb=get,list,patch';
    await world.kubectl('east', [
      ...['create', 'role', 'bot', verbs, '--resource=configmaps', ...at],
    ]);
    const account = `--serviceaccount=${namespace}:bot`;
    await world.kubectl('east', ['create', 'rolebinding', 'bot', '--role=bot', account, ...at]);
    const token = (await world.kubectl('east', ['create', 'token', 'bot', ...at])).trim();
    const env = await changedKubeconfig(world, ({ users }) => {
      for (const { user } of users) user.token = token;
    });
    const { exitCode, stdout } = await world.run(['doctor'], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`✗ permissions east: may not create configmaps in ${namespace}\n`);
    expect(stdout).toContain(`auth can-i create configmaps --namespace ${namespace}`);
    expect(stdout).toContain(`! permissions east: may not delete configmaps in ${namespace}\n`);
    expect(stdout).toContain('✗ permissions east: may not create namespaces\n');
    expect(stdout).not.toMatch(/may not (get|patch|list) configmaps/);
    expect(stdout).not.toContain(token);
  });

  it('says where a registry wants a login, and where the credentials are from', async () => {
    const world = await World.open();
    const registry = await startRegistry({ auth: 'basic' });
    onTestFinished(() => registry.stop());
    await world.write({ '{ns}/index.yaml': deployment(`${registry.url}/echo_config:latest`) });
    const stranger = await world.run(['doctor']);
    expect(stranger.exitCode).toBe(1);
    expect(stranger.stdout).toMatch(/✗ registry \S+: .+\n {4}.*log/i);

    const auth = Buffer.from(`${registry.username}:${registry.password}`).toString('base64');
    const file = join(world.root, '.docker', 'config.json');
    await mkdir(join(world.root, '.docker'));
    await writeFile(file, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const known = await world.run(['doctor']);
    expect(known.stdout).toContain(`lets us in with the credentials of ${file}`);
    expect(known.stdout).toMatch(/✗ image \S+echo_config:latest: /);
    for (const secret of [registry.password, auth]) expect(known.stdout).not.toContain(secret);
  });

  it('tells who writes, and what is wrong with a database', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap() });
    await world.push();
    const database = new Sqlite(world.database);
    const now = Date.now();
    database
      .prepare(
        `INSERT INTO sisyphus_leases
          (fence, username, host, pid, machine, process_start, scope, since_ms, expires_ms)
          VALUES (99, 'grace', 'laptop', 7, '', '', '{"type":"all"}', ?, ?)`,
      )
      .run(now, now + 60_000);
    database.close();
    const held = await world.run(['doctor']);
    expect(held.exitCode).toBe(0);
    expect(held.stdout).toMatch(/! database: grace on laptop \(pid 7\) writes since \S+\n {4}.*99/);

    expect(await world.run(['doctor', '--database-url', 'sqlite:no/where.db'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/✗ database: \S+ cannot be made\n {4}make the folder/),
    });

    await writeFile(join(world.root, 'text.db'), 'this is no database at all, only some text');
    expect(await world.run(['doctor', '--database-url', 'sqlite:text.db'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/✗ database: \S+ is not a SQLite database/),
    });
  });
});
