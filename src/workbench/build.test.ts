import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProgramConfig } from '../config.ts';
import { openWorkbench } from '../context/workbench.ts';
import { formatError, type SisyphusError } from '../model/errors.ts';
import { type BuildFlags, buildImage, saveImage } from './build.ts';

const folder = await mkdtemp(join(tmpdir(), 'sisyphus-build-'));
const bench = openWorkbench(readProgramConfig({}, { SISYPHUS_CACHE: folder }), {});
afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true });
});

const BINARY = `registry.example/echo@sha256:${'b'.repeat(64)}`;
const PROGRAM = {
  'app/main.star': 'load("//lib/a.bzl", "a")\ndef main(ctx):\n    return Application(args = [a])\n',
  'lib/a.bzl': 'a = "a"\n',
  'lib/unused.star': 'this is no Starlark',
  'README.md': 'load("x", "y")',
};
let roots = 0;

/** Writes files into a folder of their own. */
async function write(files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder, String(++roots));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

async function build(files: Readonly<Record<string, string>>, flags: BuildFlags = {}) {
  const directory = await write(files);
  const common = { directory, entrypoint: 'app/main.star', binary: BINARY };
  return buildImage({ ...common, ...flags }, bench);
}

async function complaint(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return formatError(error as SisyphusError).replaceAll(/\/\S*sisyphus-build-\w+\/\d+/g, 'ROOT');
}

describe('a config image', () => {
  it('holds the entrypoint and what it loads, and nothing else', async () => {
    const { files } = await build(PROGRAM);
    expect([...files.keys()].sort()).toEqual(['app/main.star', 'lib/a.bzl']);
  });

  it('is the same whether a folder is given or a list that holds more', async () => {
    const root = await write(PROGRAM);
    const list = join(root, 'files.txt');
    const paths = Object.keys(PROGRAM).filter((path) => path !== 'app/main.star');
    await writeFile(list, paths.map((path) => `${path}=${join(root, path)}\n`).join(''));
    const { image } = await buildImage(
      {
        entrypoint: 'app/main.star',
        file: [`./app//main.star=${join(root, 'app/main.star')}`],
        filesFrom: list,
        binary: BINARY,
      },
      bench,
    );
    expect(image.root.digest).toBe((await build(PROGRAM)).image.root.digest);
  });

  it('takes the digest of its binary from a file or an OCI layout', async () => {
    const binary = await build({ ...PROGRAM, 'lib/a.bzl': 'a = "binary"' });
    const root = await write({ digest: `${binary.image.root.digest}\n` });
    await saveImage(binary.image, join(root, 'layout'), bench);
    const named = `registry.example/echo@${binary.image.root.digest}`;
    const ways: BuildFlags[] = [
      { binary: named },
      { binaryRepository: 'http://registry.example/echo', binaryDigestFile: join(root, 'digest') },
      { binaryRepository: 'registry.example/echo', binaryLayout: join(root, 'layout') },
    ];
    const digests = await Promise.all(
      ways.map(async (way) => {
        const flags = { directory: await write(PROGRAM), entrypoint: 'app/main.star', ...way };
        return (await buildImage(flags, bench)).image.root.digest;
      }),
    );
    expect(new Set(digests).size).toBe(1);
  });
});

describe('a build', () => {
  it('checks the program first', async () => {
    const main = (text: string) => complaint(build({ ...PROGRAM, 'app/main.star': text }));
    expect(await main('load("//lib/b.star", "b")\ndef main(ctx): pass')).toContain(
      'app/main.star:1:6: there is no file lib/b.star: app/main.star loads lib/b.star',
    );
    expect(await main('load("//lib/a.bzl", "b")\ndef main(ctx): pass')).toContain('lib/a.bzl');
    expect(await main('def mian(ctx): pass')).toContain('app/main.star defines no main');
    expect(await main('def main(ctx): return x')).toContain('app/main.star:1:23');
    expect(await main('fail("at once")\ndef main(ctx): pass')).toContain('at once');
  });

  it('says that the entrypoint is missing', async () => {
    expect(await complaint(build(PROGRAM, { entrypoint: 'app/other.star' }))).toBe(
      'there is no file ROOT/app/other.star\n  hint: expected the Starlark file that defines main',
    );
    expect(await complaint(build(PROGRAM, { entrypoint: '../main.star' }))).toContain(
      'is not inside the config root',
    );
  });

  it('takes nothing that a link brings from outside', async () => {
    const directory = await write({ 'app/main.star': PROGRAM['app/main.star'] });
    const other = await write(PROGRAM);
    await symlink(join(other, 'lib'), join(directory, 'lib'));
    const flags = { directory, entrypoint: 'app/main.star', binary: BINARY };
    expect(await complaint(buildImage(flags, bench))).toContain(
      'ROOT/lib/a.bzl is a link that leads out of ROOT, to ROOT/lib/a.bzl.',
    );
    await rm(join(directory, 'lib'));
    await writeFile(join(directory, 'real.bzl'), await readFile(join(other, 'lib/a.bzl')));
    await mkdir(join(directory, 'lib'));
    await symlink('../real.bzl', join(directory, 'lib/a.bzl'));
    expect((await buildImage(flags, bench)).files.get('lib/a.bzl')).toBe('a = "a"\n');
  });

  it('stops a program that does not end', async () => {
    const endless = 'def f():\n    for x in range(1000000000):\n        pass\nf()';
    const files = { ...PROGRAM, 'lib/a.bzl': endless };
    expect(await complaint(build(files))).toContain('(limit starlark-steps)');
  });

  it.each([
    [{ binary: undefined }, 'the binary image is not named'],
    [{ binaryRepository: 'registry.example/echo' }, 'named twice'],
    [{ binary: 'registry.example/echo@sha256:12' }, '"sha256:12" is not a digest'],
    [{ entrypoint: undefined }, 'the entrypoint is missing'],
    [{ file: ['a=b'] }, 'the files of the program are not named, or named twice'],
    [{ directory: undefined }, 'the files of the program are not named, or named twice'],
    [{ directory: undefined, file: ['../a=b'] }, '"../a=b" is not PATH_IN_IMAGE=PATH'],
    [{ directory: undefined, file: ['a=b', 'a=c'] }, 'a is listed twice'],
    [{ platform: ['linux'] }, '"linux" is not a platform'],
  ])('says what is wrong with %j', async (flags, message) => {
    expect(await complaint(build(PROGRAM, flags as BuildFlags))).toContain(message);
  });
});
