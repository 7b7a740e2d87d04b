import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { SAMPLE_BINARY } from '../../src/reconcile/init/first-files.ts';
import { SISYPHUS, World } from './world.ts';

const NOWHERE = { KUBECONFIG: '/nowhere' };

/** Runs commands as a person pastes them into a shell that has `sisyphus`. */
async function paste(world: World, commands: readonly string[]): Promise<string> {
  const bin = join(world.root, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(bin, 'sisyphus'),
    `#!/bin/sh\nexec '${process.execPath}' '${SISYPHUS}' "$@"`,
  );
  await chmod(join(bin, 'sisyphus'), 0o755);
  const { stdout } = await execa('sh', ['-e'], {
    input: commands.join('\n'),
    cwd: world.root,
    extendEnv: false,
    env: { ...world.env, PATH: `${bin}:${world.env.PATH}` },
  });
  return stdout;
}

/** `sisyphus init`, and the commands that it prints. */
async function init(world: World, args: readonly string[], env = {}): Promise<string[]> {
  const { exitCode, stdout, stderr } = await world.run(['init', ...args], { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const isCommand = (block: string) => /^(cd|sisyphus|[A-Z]+=)/.test(block);
  return stdout.split('\n\n').filter(isCommand).join('\n').split('\n');
}

describe('init', () => {
  it('writes a repository and a program that work as they are, with every command that it prints', async () => {
    const world = await World.open();
    const namespace = world.ns('shop');
    const printed = await init(world, ['my shop', '--namespace', namespace]);
    expect(printed).toContain('REGISTRY=registry.example');
    const registry = `${new URL(inject('bed').registryUrl).host}/${world.id}`;
    const output = await paste(
      world,
      printed.map((line) => (line.startsWith('REGISTRY=') ? `REGISTRY=${registry}` : line)),
    );
    expect(output).toContain('2 passed, 0 failed');
    expect(output).toMatch(/created +ConfigMap \S*settings/);
    expect(output).toMatch(/created +Deployment \S*hello/);
    const image = '.spec.template.spec.containers[0].image';
    expect(await world.field('east', 'deployment/hello', image)).toBe(SAMPLE_BINARY);
    expect(await world.field('east', 'configmap/settings', '.data.greeting')).toBe('Hello');
    const monitored = ['--monitor-directory', join(world.root, 'my shop/production')];
    expect(await world.sisyphus('diff', ...monitored, '--exit-code')).toContain('Nothing to do');
  });

  it('declares the program as well where it is told its image', async () => {
    const world = await World.open();
    const image = `${inject('bed').registryUrl}/${world.id}/first_config:v1`;
    const place = ['--namespace', world.ns('shop'), '--environment', 'dev', '--context', 'west'];
    const printed = await init(world, ['.', ...place, '--image', image]);
    expect(printed.filter((line) => line.startsWith('cd '))).toEqual([]);
    await paste(world, printed);
    const container = '.spec.template.spec.containers[0].args';
    expect(await world.field('west', 'deployment/hello', container)).toBe(
      '["serve-hostname","--port","8080"]',
    );
  });

  it('writes the schema that the first line of its YAML leads to', async () => {
    const world = await World.open();
    await init(world, ['first']);
    const index = join(world.root, 'first/production/hello/index.yaml');
    const [line = ''] = (await readFile(index, 'utf8')).split('\n');
    const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)$/.exec(line) ?? [];
    expect(`${await world.sisyphus('schema')}\n`).toBe(
      await readFile(join(index, '..', schema), 'utf8'),
    );
  });

  it('overwrites nothing, and then writes nothing', async () => {
    const world = await World.open();
    await mkdir(join(world.root, 'first/app'), { recursive: true });
    await writeFile(join(world.root, 'first/app/app.star'), 'mine');
    const { exitCode, stdout, stderr } = await world.run(['init', 'first']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('\n  first/app/app.star\n');
    expect(await readdir(join(world.root, 'first'), { recursive: true })).toEqual([
      'app',
      'app/app.star',
    ]);
  });

  it('leaves a .gitignore that is there already, and writes the rest', async () => {
    const world = await World.open();
    await mkdir(join(world.root, 'first'));
    await writeFile(join(world.root, 'first/.gitignore'), 'mine');
    const lines = await world.sisyphus('init', 'first', '--output', 'json');
    expect(JSON.parse(lines.split('\n')[0] ?? '').files).not.toContain('.gitignore');
    expect(await readFile(join(world.root, 'first/.gitignore'), 'utf8')).toBe('mine');
  });

  it('takes no context that the kubeconfig does not have', async () => {
    const world = await World.open();
    const unknown = await world.run(['init', 'first', '--context', 'eas']);
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('mean east?') });
    expect(await readdir(world.root)).toEqual([]);
  });

  it('asks for the context where there is no kubeconfig and somebody to ask', async () => {
    const world = await World.open();
    const silent = await world.run(['init', 'first'], { env: NOWHERE });
    expect(silent).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--context') });
    expect(await readdir(world.root)).toEqual([]);
    const command = `exec '${process.execPath}' '${SISYPHUS}' init first`;
    const terminal = ['--quiet', '--return', '--command', command, '/dev/null'];
    const place = { cwd: world.root, env: { ...world.env, ...NOWHERE } };
    const left = await execa('script', terminal, { ...place, input: '\x04', reject: false });
    expect(left.exitCode).toBe(2);
    expect(left.stdout).toMatch(/Which context[^\n]*\nsisyphus: a repository needs the context/);
    const { stdout } = await execa('script', terminal, { ...place, input: 'south\n' });
    expect(stdout).toContain('Which context');
    const text = await readFile(join(world.root, 'first/production/hello/index.yaml'), 'utf8');
    expect(text).toContain('\n  - south\n');
  });

  it('takes any name of a context, in YAML and in a shell', async () => {
    const world = await World.open();
    for (const [folder, context] of [
      ['a', 'arn:aws:eks:eu-central-1:1:cluster/shop'],
      ['b', 'yes'],
      ['c', '1e3'],
      ['d', '$HOME `id` \\ "#: \''],
      ['e', '$REGISTRY/hello_config'],
    ] as const) {
      const printed = await init(world, [folder, '--context', context], NOWHERE);
      const ofShell = printed.filter((line) => !line.startsWith('sisyphus '));
      await paste(world, ofShell);
      const file = join(world.root, folder, 'production/hello/index.yaml');
      const documents = parseAllDocuments(await readFile(file, 'utf8')).map((one) => one.toJS());
      expect(documents).toMatchObject([
        { clusters: [context] },
        { config: { image: 'registry.example/hello_config:latest' }, footprint: { [context]: {} } },
      ]);
      const checked = await world.run(['validate', `${folder}/production`], { env: NOWHERE });
      expect(checked).toMatchObject({ exitCode: 0 });
    }
  });

  it.each([
    [['--namespace', 'global'], 'global'],
    [['--namespace', 'Shop'], '--namespace'],
    [['--environment', '../x'], '--environment'],
    [['--image', `x@sha256:${'a'.repeat(64)}`], 'digest'],
  ])('refuses %j', async (args, word) => {
    const world = await World.open();
    const { exitCode, stderr } = await world.run(['init', 'first', ...args]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(word) });
    expect(await readdir(world.root)).toEqual([]);
  });

  it('tells scripts what it wrote and what comes next', async () => {
    const world = await World.open();
    const lines = (await world.sisyphus('init', 'first', '--output', 'json')).split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      type: 'initialized',
      folder: 'first',
      context: 'east',
      files: [
        '.gitignore',
        'app/app.star',
        'app/app_test.star',
        'production/hello/index.yaml',
        'sisyphus.schema.json',
      ],
      next: expect.arrayContaining(['cd first', 'sisyphus push production --yes']),
    });
  });
});
