import { copyFile, cp, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openPodman, type Podman } from '../bed/podman.ts';
import { makeScratch, removeScratch } from '../bed/scratch.ts';
import { installEnvironment } from './packed.ts';

const root = resolve(import.meta.dirname, '../..');
const packed = inject('packed');
let podman: Podman;
let scratch = '';

/** Where distroless images have it. */
const NODE = 'nodejs/bin/node';

beforeAll(async () => {
  [podman, scratch] = await Promise.all([openPodman(), makeScratch('image')]);
  await makeRunBase(join(scratch, 'run'));
  await makeBuildBase(join(scratch, 'build'));
  const context = join(scratch, 'context');
  await mkdir(context);
  for (const name of ['Containerfile', '.containerignore']) {
    await copyFile(join(root, name), join(context, name));
  }
  await copyFile(packed.tarball, join(context, basename(packed.tarball)));
  const { stdout: cache } = await execa('npm', ['config', 'get', 'cache']);
  await docker(
    ...['build', '--layers=false', '--tag', 'sisyphus', '--volume', `${cache}:/npm-cache`],
    ...['--build-arg', 'BUILD_IMAGE=build-base', '--build-arg', 'RUN_IMAGE=run-base'],
    ...['--build-arg', 'VERSION=1.2.3', '--build-arg', 'COMMIT=abc', context],
  );
});

afterAll(async () => {
  await podman.stop();
  await removeScratch(scratch);
});

/** Runs podman. */
async function docker(...args: string[]): Promise<string> {
  return (await execa('podman', args, { env: podman.env })).stdout;
}

/** Runs the image's program with flags of `podman run` before the image. */
async function run(args: readonly string[], flags: readonly string[] = []) {
  const { exitCode, stdout, stderr } = await execa(
    'podman',
    ['run', '--rm', ...flags, 'sisyphus', ...args],
    { env: podman.env, reject: false },
  );
  return { exitCode, stdout, stderr };
}

/**
 * Stands in for the distroless image, which this machine may have no way to: this machine's Node.js
 * with the libraries that it needs, and nothing else, no shell either.
 */
async function makeRunBase(folder: string): Promise<void> {
  await copyPrograms(join(folder, 'root'), [[process.execPath, NODE]]);
  await writeFile(join(folder, 'Containerfile'), 'FROM scratch\nCOPY root /\n');
  await docker('build', '--layers=false', '--tag', 'run-base', folder);
}

/** Stands in for the image of Node.js with npm: the other one with npm and a shell. */
async function makeBuildBase(folder: string): Promise<void> {
  const files = join(folder, 'root');
  const tools = ['/bin/sh', '/usr/bin/env', '/bin/rm', '/bin/mkdir'] as const;
  await copyPrograms(
    files,
    tools.map((path) => [path, path]),
  );
  const { stdout: modules } = await execa('npm', ['root', '--global']);
  await cp(join(modules, 'npm'), join(files, 'npm'), { recursive: true });
  await symlink('../npm/bin/npm-cli.js', join(files, 'bin/npm'));
  await cp(packed.prebuilds, join(files, 'prebuilds'), { recursive: true });
  const { stdout: authorities } = await execa('npm', ['config', 'get', 'cafile']);
  if (authorities !== 'null') await copyFile(authorities, join(files, 'authorities.pem'));
  await mkdir(join(files, 'tmp'));
  const settings = {
    ...installEnvironment({ prebuilds: '/prebuilds' }),
    npm_config_cache: '/npm-cache',
    ...(authorities !== 'null' && { npm_config_cafile: '/authorities.pem' }),
    PATH: '/usr/bin:/bin:/nodejs/bin',
    HOME: '/tmp',
  };
  const lines = Object.entries(settings).map(([name, value]) => `ENV ${name}=${value}`);
  const text = ['FROM run-base', 'COPY root /', ...lines, ''].join('\n');
  await writeFile(join(folder, 'Containerfile'), text);
  await docker('build', '--layers=false', '--tag', 'build-base', folder);
}

/** Copies programs, each to a place of its own, and the libraries that they load to where they are. */
async function copyPrograms(
  folder: string,
  programs: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  const { stdout } = await execa(
    'ldd',
    programs.map(([from]) => from),
  );
  const libraries = [...stdout.matchAll(/(?:=> |^\s+)(\/\S+)/gm)].map(([, path = '']) => path);
  const copies = [...programs, ...[...new Set(libraries)].map((path) => [path, path] as const)];
  for (const [from, to] of copies) {
    const target = join(folder, to);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(await realpath(from), target);
  }
}

describe('the container image', () => {
  it('runs the program, and helps where nothing is asked', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(await run(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`sisyphus ${version} (commit `),
    });
    expect((await run([])).stdout).toContain('Examples:');
  });

  it('passes exit codes on', async () => {
    expect((await run(['pusch'])).exitCode).toBe(2);
  });

  it('does not run as root', async () => {
    const config = JSON.parse(await docker('image', 'inspect', 'sisyphus'))[0].Config;
    expect(config).toMatchObject({ User: '65532:65532', WorkingDir: '/work' });
    const print = 'console.log(process.getuid(), process.getgid())';
    const { stdout } = await run(['--eval', print], ['--entrypoint', '/nodejs/bin/node']);
    expect(stdout).toBe('65532 65532');
  });

  it('says what it is', async () => {
    const [{ Labels }] = JSON.parse(await docker('image', 'inspect', 'sisyphus'));
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': 'Sisyphus',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.revision': 'abc',
    });
  });

  it('keeps its database on a volume, and reads a repository that it may not write', async () => {
    const repository = join(scratch, 'repository');
    await mkdir(repository, { recursive: true });
    const mounts = ['--volume', `${repository}:/work/production:ro`, '--volume', 'data:/data'];
    const args = ['diff', 'production', '--database-url', 'sqlite:/data/state.db'];
    for (const _ of ['makes it', 'finds it']) {
      expect(await run(args, mounts)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Nothing to do'),
      });
    }
  });

  it('refuses a database that would vanish with the container', async () => {
    const repository = join(scratch, 'repository');
    await mkdir(repository, { recursive: true });
    const mounts = ['--volume', `${repository}:/work/production`];
    const { exitCode, stderr } = await run(['diff', 'production'], mounts);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('/work/production.sisyphus.db'),
    });
  });

  it('has a cache that any user may write', async () => {
    const binary = `registry.example/echo@sha256:${'a'.repeat(64)}`;
    const mounts = ['--volume', `${join(root, 'example')}:/work/example:ro`, '--user', '4711'];
    const flags = [
      '--entrypoint',
      'example/echo/echo.star',
      '--binary',
      binary,
      '--output',
      '/cache/out',
    ];
    expect(await run(['config', 'build', '.', ...flags], mounts)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^sha256:/),
    });
  });
});
