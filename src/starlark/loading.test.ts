import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { returned, complaint, failure, run } = starlarkForTests();

describe('load', () => {
  it('finds files from the root and beside the loading file', async () => {
    const files = {
      'main.star':
        'load("lib/a.star", "a")\nload("//b.star", "b")\ndef main(ctx):\n  return [a, b]',
      'b.star': 'b = "b"',
      'lib/a.star':
        'load("c.star", "c")\nload("../b.star", "b")\nload("//lib/deep/d.star", "d")\na = [b, c, d]',
      'lib/c.star': 'c = "c"',
      'lib/deep/d.star': 'load("./../c.star", "c")\nd = "d" + c',
    };
    expect(await returned(files)).toBe('[["b", "c", "dc"], "b"]');
  });

  it('gives names other names', async () => {
    const files = {
      'main.star': 'load("//x.star", "a", b = "c")\ndef main(ctx):\n  return [a, b]',
      'x.star': 'a = 1\nc = 2',
    };
    expect(await returned(files)).toBe('[1, 2]');
  });

  it('may bring main itself', async () => {
    const files = {
      'main.star': 'load("//x.star", "main")',
      'x.star': 'def main(ctx):\n  return "from x"',
    };
    expect(await returned(files)).toBe('"from x"');
  });

  it('evaluates a file once, whoever loads it', async () => {
    const files = {
      'main.star':
        'load("a.star", "a")\nload("b.star", "b")\nload("//./one.star", "one")\ndef main(ctx):\n  return a == b',
      'a.star': 'load("one.star", "one")\na = one',
      'b.star': 'load("//one.star", "one")\nb = one',
      'one.star': 'print("once")\none = 1',
    };
    expect((await run(files)).output).toBe('once\n');
  });

  it('freezes what a file has made', async () => {
    const files = {
      'main.star': 'load("x.star", "xs", "add")\ndef main(ctx):\n  xs.append(1)',
      'x.star': 'xs = []\ndef add():\n  xs.append(2)',
    };
    expect(await complaint(files)).toContain('main.star:3:3: Immutable');
    const inside = { ...files, 'main.star': 'load("x.star", "add")\ndef main(ctx):\n  add()' };
    expect(await complaint(inside)).toContain('x.star:3:3: Immutable');
  });

  it('leaves the entry file to be changed by its main', async () => {
    expect(await returned('xs = []\ndef main(ctx):\n  xs.append(1)\n  return xs')).toBe('[1]');
  });

  it('keeps names with a leading underscore to the file', async () => {
    const files = { 'main.star': 'load("x.star", "_a")', 'x.star': '_a = 1' };
    expect(await complaint(files)).toContain('main.star:1');
  });

  it('suggests a name for a misspelt one', async () => {
    const files = { 'main.star': 'load("x.star", "prots")', 'x.star': 'ports = 1' };
    expect(await complaint(files)).toContain('did you mean `ports`?');
  });

  it('names the files that lead to a missing one', async () => {
    const files = {
      'main.star': 'load("lib/a.star", "a")',
      'lib/a.star': '\nload("b.star", "b")',
    };
    const error = await failure(files);
    expect(error.code).toBe('starlark-load');
    expect(error.message).toBe(
      'lib/a.star:2:6: there is no file lib/b.star: main.star loads lib/a.star loads lib/b.star',
    );
  });

  it('names the files of a circle', async () => {
    const files = {
      'main.star': 'load("a.star", "x")',
      'a.star': 'load("b.star", "x")',
      'b.star': 'load("//a.star", "x")',
    };
    expect((await failure(files)).message).toBe(
      'b.star:1:6: files load each other in a circle: main.star loads a.star loads b.star loads a.star',
    );
    expect((await failure('load("main.star", "x")')).message).toContain(
      'main.star loads main.star',
    );
  });

  it('stays inside the program', async () => {
    for (const path of ['../x.star', '//../x.star', 'a/../../x.star']) {
      const error = await failure(`load("${path}", "x")`);
      expect(error.message).toBe(`main.star:1:6: "${path}" leads out of the program's root folder`);
    }
    expect((await failure('load("/etc/passwd", "x")')).message).toContain('is no path');
  });

  it('is for the statements of a file only', async () => {
    expect(await complaint('def main(ctx):\n  load("x.star", "x")')).toContain('main.star:2:3');
  });

  it('says when the entry file is missing', async () => {
    const error = await failure({ 'other.star': 'x = 1' });
    expect(error.message).toBe('there is no file main.star');
  });
});
