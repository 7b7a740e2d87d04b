import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeScratch, removeScratch } from '../bed/scratch.ts';
import { installEnvironment } from './packed.ts';

const KIB = 1024;
/** What a user downloads. Measured at 2250 KiB. */
const PACKED_KIB = 2_700;
/** What lies on a user's disk, by part; each was measured and given a fifth more. */
const UNPACKED_KIB = { engine: 4_300, code: 4_400, licenses: 220, documents: 190 };

/**
 * Files that the program comes in: 51, as bundled. Whatever two dynamic imports share is one more, and each
 * that a command opens delays it by a millisecond (docs/performance.md).
 */
const CODE_FILES = 60;

type Part = keyof typeof UNPACKED_KIB;

function partOf(path: string): Part {
  if (path === 'dist/engine.wasm') return 'engine';
  if (path === 'dist/THIRD-PARTY-LICENSES.txt') return 'licenses';
  return path.startsWith('dist/') ? 'code' : 'documents';
}

const root = resolve(import.meta.dirname, '../..');
const packed = inject('packed');
/** Installed as most people do. */
let home = '';
/** Installed where the SQLite driver could not be. */
let bare = '';
const program = 'node_modules/sisyphus-deploy/dist/sisyphus.cjs';

beforeAll(async () => {
  home = await makeScratch('installed');
  bare = await makeScratch('bare');
  await install(home);
  await install(bare, '--omit=optional');
});

afterAll(async () => {
  await removeScratch(home);
  await removeScratch(bare);
});

async function install(folder: string, ...flags: string[]): Promise<void> {
  await mkdir(join(folder, 'repository'));
  await execa('npm', ['install', packed.tarball, ...flags], {
    cwd: folder,
    env: installEnvironment(packed),
  });
}

/** Runs the installed program; `node` is the Node.js that runs it. */
async function run(folder: string, args: readonly string[], node = process.execPath) {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, SISYPHUS_CACHE: join(folder, 'cache') };
  const { exitCode, stdout, stderr } = await execa(node, [program, ...args], {
    ...{ cwd: folder, env, extendEnv: false, reject: false },
  });
  return { exitCode, stdout, stderr };
}

/** The path of a Node.js; others than the one that runs the tests come from npm. */
async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const print = ['--print', 'process.execPath'];
  const args = ['--yes', '--prefer-offline', '--package', `node@${major}`, '--', 'node', ...print];
  return (await execa('npx', args, { cwd: home })).stdout;
}

describe('the package', () => {
  it('stays within its budget', () => {
    const used = { engine: 0, code: 0, licenses: 0, documents: 0 };
    for (const { path, size } of packed.files) used[partOf(path)] += size;
    const over = Object.entries(used)
      .map(([part, bytes]) => ({ part, kib: Math.ceil(bytes / KIB) }))
      .filter(({ part, kib }) => kib > UNPACKED_KIB[part as Part]);
    const largest = packed.files.toSorted((a, b) => b.size - a.size).slice(0, 10);
    const growth = over.length === 0 ? [] : largest.map(({ path, size }) => `${path}: ${size}`);
    expect({ over, growth }).toEqual({ over: [], growth: [] });
    expect(Math.ceil(packed.bytes / KIB)).toBeLessThan(PACKED_KIB);
  });

  it('comes in few files', () => {
    const code = packed.files.filter(({ path }) => /^dist\/.*\.c?js$/.test(path));
    expect(code.length).toBeLessThan(CODE_FILES);
  });

  it('holds the program, rules for Bazel, documents and licenses, and nothing else', async () => {
    const wanted =
      /^(BUILD\.bazel|MODULE\.bazel|defs\.bzl|dist\/(sisyphus\.cjs|[\w-]+\.js|engine\.wasm|THIRD-PARTY-LICENSES\.txt)|(docs|schemas)\/.+|package\.json|(README|CHANGELOG)\.md|LICENSE)$/;
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !wanted.test(path))).toEqual([]);
    const needed = ['LICENSE', 'dist/sisyphus.cjs', 'dist/starlark-worker.js', 'dist/engine.wasm'];
    expect(paths).toEqual(expect.arrayContaining([...needed, 'dist/THIRD-PARTY-LICENSES.txt']));
  });

  it('names no folder of the machine that built it', async () => {
    const dist = join(home, 'node_modules/sisyphus-deploy/dist');
    const told: string[] = [];
    for (const name of await readdir(dist)) {
      if ((await readFile(join(dist, name))).includes(root)) told.push(name);
    }
    expect(told).toEqual([]);
  });

  it('needs nothing but the SQLite driver', async () => {
    const manifest = join(home, 'node_modules/sisyphus-deploy/package.json');
    const { dependencies, optionalDependencies } = JSON.parse(await readFile(manifest, 'utf8'));
    expect(dependencies).toBeUndefined();
    expect(Object.keys(optionalDependencies)).toEqual(['better-sqlite3']);
    const installed = await readdir(join(bare, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['sisyphus-deploy']);
  });

  it('carries the license of every package inside, crates of the engine included', async () => {
    const path = join(home, 'node_modules/sisyphus-deploy/dist/THIRD-PARTY-LICENSES.txt');
    const text = await readFile(path, 'utf8');
    for (const name of ['@kubernetes/client-node', 'kysely', 'ink', 'starlark', 'serde_json']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S+\\)$`, 'm'));
    }
    expect(text).not.toContain(root);
  });
});

describe('an installed package', () => {
  it('has the command in npm’s folder of commands', async () => {
    const command = join(home, 'node_modules/.bin/sisyphus');
    const { stdout } = await execa(command, ['--version']);
    expect(stdout).toMatch(/^sisyphus \d+\.\d+\.\d+ \(commit \S+\)\nKubernetes client /);
  });

  it('keeps what it did in SQLite', async () => {
    expect(await run(home, ['diff', 'repository'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing to do'),
    });
    expect(await readdir(home)).toContain('repository.sisyphus.db');
  });

  it('says what to do where npm could not install the SQLite driver', async () => {
    const { exitCode, stderr } = await run(bare, ['diff', 'repository']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `sisyphus: The SQLite driver better-sqlite3 cannot be loaded.
  npm did not install the package.
  hint: Install Sisyphus again with the npm of this Node.js and let better-sqlite3 run its install script, which fetches a compiled driver or makes one with a C++ compiler; or use another database, such as --database-url postgres://….`,
    });
  });
});

describe.each([20, 22, 24])('on Node.js %i', (major) => {
  let node = '';

  beforeAll(async () => {
    node = await nodeOf(major);
  });

  it('says which program it is', async () => {
    const { exitCode, stdout, stderr } = await run(bare, ['--version'], node);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Node\\.js ${major}\\.`, 'm'));
  });

  it('runs programs in the engine', async () => {
    const binary = `registry.example/echo@sha256:${'a'.repeat(64)}`;
    const flags = ['--entrypoint', 'example/echo/echo.star', '--binary', binary];
    const built = await run(
      bare,
      ['config', 'build', root, ...flags, '--output', `echo-${major}`],
      node,
    );
    expect(built).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });

  it('uses the SQLite driver that was installed, or says that it is for another Node.js', async () => {
    const database = `sqlite:${join(home, `node-${major}.db`)}`;
    const args = ['diff', 'repository', '--database-url', database];
    const { stdout, stderr } = await run(home, args, node);
    const { stdout: abi } = await execa(node, ['--print', 'process.versions.modules']);
    if (abi === process.versions.modules) expect(stdout).toContain('Nothing to do');
    else {
      expect(stderr).toContain('It is compiled for another version of Node.js');
      expect(stderr).toContain(`Node.js ${major}.`);
    }
  });
});
