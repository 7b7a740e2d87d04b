import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatError, type SisyphusError } from '../model/errors.ts';
import { createStarlark } from '../starlark/evaluate.ts';
import { defaultLimits } from '../starlark/limits.ts';
import { evaluateProgram } from './evaluate-program.ts';
import { defaultRoot, type LocalProgram, openLocalProgram } from './local-program.ts';

const folder = await mkdtemp(join(tmpdir(), 'sisyphus-local-program-'));
const starlark = createStarlark({ workers: 1 });
afterAll(async () => {
  await starlark.close();
  await rm(folder, { recursive: true });
});

let roots = 0;

/** Writes files into a root of their own and opens `app/main.star` there. */
async function open(files: Readonly<Record<string, string | Uint8Array>>) {
  roots += 1;
  const root = join(folder, String(roots));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const { looked, ...program } = await openLocalProgram({
    file: join(root, 'app/main.star'),
    root,
  });
  return { ...program, looked: looked.map((path) => relative(root, path)) };
}

/** What a program's `main` returns. */
async function evaluated(program: Pick<LocalProgram, 'files' | 'entry'>) {
  const inputs = { name: 'x', namespace: null, cluster: null, environment: 'dev' };
  return (await evaluateProgram(program, inputs, { starlark, limits: defaultLimits })).value;
}

async function complaint(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return formatError(error as SisyphusError).replaceAll(folder, '');
}

describe('a local program', () => {
  it('is its entry file and all that it loads, however it is written', async () => {
    const program = await open({
      'app/main.star': `load("//lib/a.star", "a")
load( # beside this file
  'b.star', "b")
load("""../lib/./c.star""", "c")
def main(ctx):
  return [a, b, c, ctx.environment()]
`,
      'app/b.star': 'b = "b"',
      'lib/a.star': 'load("c.star", c2 = "c")\na = "a" + c2',
      'lib/c.star': 'c = "c"',
      'lib/unused.star': 'x = 1',
    });
    expect([...program.files.keys()].sort()).toEqual([
      ...['app/b.star', 'app/main.star', 'lib/a.star', 'lib/c.star'],
    ]);
    expect(await evaluated(program)).toMatchObject({
      items: ['ac', 'b', 'c', 'dev'].map((value) => ({ value })),
    });
  });

  it('loads nothing that only a comment or a string speaks of', async () => {
    const program = await open({
      'app/main.star': `# load("a.star", "a") isn't needed
"""load("b.star", "b") says \\""" '"""
x = 'it\\'s load("c.star", "c")' + "#" + "'"
load("e.star", "e")  # "
z = r"\\\\" + '''
load("f.star", "f")'''
load("g.star", "g")
def main(ctx):
  return [e, g]
`,
      'app/e.star': 'e = "e"',
      'app/g.star': 'g = "g"',
    });
    expect(program.looked).toEqual(['app/main.star', 'app/e.star', 'app/g.star']);
    expect(await evaluated(program)).toMatchObject({ items: [{ value: 'e' }, { value: 'g' }] });
  });

  it('is read at once, whatever is in it', async () => {
    const shapes = ['load(# '.repeat(5_000), `"""'''`.repeat(5_000), `"${'\\n'.repeat(50_000)}`];
    for (const shape of shapes) {
      expect((await open({ 'app/main.star': shape })).looked).toEqual(['app/main.star']);
    }
  });

  it('remembers files that it looked for in vain', async () => {
    const program = await open({ 'app/main.star': 'load("//lib/gone.star", "a")' });
    expect([...program.files.keys()]).toEqual(['app/main.star']);
    expect(program.looked).toEqual(['app/main.star', 'lib/gone.star']);
  });

  it('never reads outside of its root', async () => {
    const program = await open({
      'app/main.star': 'load("../../2/app/main.star", "a")\nload("///etc/passwd", "b")',
    });
    expect(program.looked).toEqual(['app/main.star']);
  });

  it('has the current folder as root, or else its work tree, or else its folder', async () => {
    expect(await defaultRoot('src/program/x.star')).toBe(process.cwd());
    await mkdir(join(folder, 'tree/.git'), { recursive: true });
    expect(await defaultRoot(join(folder, 'tree/a/b/x.star'))).toBe(join(folder, 'tree'));
    expect(await defaultRoot(join(folder, 'other/x.star'))).toBe(join(folder, 'other'));
  });

  it('must exist, inside its root, and be text', async () => {
    expect(await complaint(open({}))).toMatch(/^there is no file \/\d\/app\/main.star\n {2}hint: /);
    const outside = openLocalProgram({ file: join(folder, 'x.star'), root: join(folder, 'root') });
    expect(await complaint(outside)).toBe(
      '/x.star is not inside the config root /root\n  hint: name the folder that // stands for in load statements with --config-root',
    );
    const binary = open({ 'app/main.star': new Uint8Array([0xff, 0xfe]) });
    expect(await complaint(binary)).toMatch(/main.star cannot be read as UTF-8 text$/);
  });
});
