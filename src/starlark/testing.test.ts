import { describe, expect, it } from 'vitest';
import { formatError } from '../model/errors.ts';
import type { Evaluation } from './evaluate.ts';
import { show, starlarkForTests, toEvaluation } from './fixture.ts';
import type { StarlarkError } from './starlark-error.ts';

const { starlark } = starlarkForTests();

/** A program with a file `main.star` that tests, and others that do not. */
function testing(text: string, others: Record<string, string> = {}): Evaluation {
  const constructors = [{ name: 'Mine', keywordOnly: false, parameters: [{ name: 'a' }] }];
  return {
    ...toEvaluation(
      { ...others, 'main.star': text },
      { inputs: { name: null, cluster: null }, limits: { steps: 100_000 } },
    ),
    testing: { files: new Set(['main.star']), constructors },
  };
}

/** What the body of a test returns, or the error it ends with. */
async function outcome(body: string, others?: Record<string, string>): Promise<string> {
  const text = `load("lib.star", "lib")\ndef f():\n    ${body}\n`;
  const evaluation = testing(text, { 'lib.star': 'lib = 1', ...others });
  return starlark.test(evaluation, 'f').then(
    ({ value }) => show(value),
    (error: StarlarkError) => formatError(error).split('\n  Traceback')[0] ?? '',
  );
}

describe('assert', () => {
  it.each([
    'assert.eq([1, "a"], [1, "a"])',
    'assert.eq(Mine(a = 1), Mine(1))',
    'assert.ne(1, 2)',
    'assert.contains(["a"], "a")',
    'assert.contains({"k": 1}, "k")',
    'assert.contains("some words", "word")',
    'assert.true([0])',
    'assert.false("")',
  ])('lets %s pass', async (text) => {
    expect(await outcome(text)).toBe('None');
  });

  it.each([
    ['assert.eq("a", ["b"])', 'assert.eq: the values differ\n  "a"\n  ["b"]'],
    ['assert.ne(1, 1)', 'assert.ne: both values are 1'],
    ['assert.contains(["a"], "b")', 'assert.contains: "b" is not in ["a"]'],
    ['assert.true(0)', 'assert.true: 0 is not true'],
    ['assert.false([0])', 'assert.false: [0] is not false'],
    ['assert.fails(lambda: 7)', 'assert.fails: it returned 7'],
    [
      'assert.fails(lambda: fail("oh"), "ah")',
      'assert.fails: it failed with other words\n  expected: ah\n  found:    fail: oh',
    ],
  ])('lets %s fail, at its place', async (text, message) => {
    expect(await outcome(text)).toBe(`main.star:3:5: ${message}`);
  });

  it('catches a failure, and carries on', async () => {
    const found = 'e = assert.fails(lambda: {}["x"], "x")\n    return [e, len([lib])]';
    expect(await outcome(found)).toContain('x');
    expect(await outcome('assert.fails(lambda: fail("a(b"), "a(b")\n    return 5')).toBe('5');
  });

  it('catches no limit', async () => {
    const endless = 'def g():\n        for i in range(1000000000): pass\n';
    expect(await outcome(`${endless}    assert.fails(g)`)).toContain('(limit starlark-steps)');
    const deep = 'def g(): return g()\n';
    expect(await outcome(`${deep}    assert.fails(g)`)).toContain('200 levels deep');
    const large = 'def g():\n        x = ["a"]\n        for i in range(60): x = x + x\n';
    expect(await outcome(`${large}    assert.fails(g)`)).toContain('(limit starlark-memory)');
  });

  it('shows the beginning of long values, both of them', async () => {
    const text = await outcome('assert.eq("a" * 10000, "b" * 10000)');
    expect(text).toMatch(/"a+…\n {2}"b+…$/);
  });

  it('stays a word in texts and comments, and part of other names', async () => {
    const text = '# assert\n    assertion = "assert" + """\n assert"""\n    return assertion';
    expect(await outcome(text)).toBe('"assert\\n assert"');
  });

  it('is not there for the program under test', async () => {
    const lib = { 'lib.star': 'def lib():\n    assert.eq(1, 1)' };
    expect(await outcome('lib()', lib)).toContain('reserved keyword `assert`');
    expect(await outcome('lib()', { 'lib.star': 'def lib():\n    Mine(1)' })).toContain('Mine');
    expect(await outcome('lib()', { 'lib.star': 'lib = ctx()' })).toContain('ctx');
  });
});

describe('ctx', () => {
  it('makes an argument for a program, with the values that the test gives', async () => {
    const lib = { 'lib.star': 'def lib(ctx):\n    return [ctx.name(), ctx.cluster()]' };
    expect(await outcome('return lib(ctx(name = "a", cluster = "b"))', lib)).toBe('["a", "b"]');
    expect(await outcome('return lib(ctx(name = "a"))', lib)).toBe(
      'lib.star:2:25: ctx.cluster() has no value here',
    );
  });

  it('knows what it can be asked for', async () => {
    expect(await outcome('ctx(nmae = "a")')).toBe(
      'main.star:3:5: ctx has no nmae; it has cluster, name',
    );
    expect(await outcome('ctx(name = 1)')).toContain('expected `dict[str, str]`');
  });

  it('comes out with its values', async () => {
    expect(await outcome('return Mine(ctx(name = "a"))')).toBe('Mine(a=ctx({"name":"a"}))');
  });
});

describe('a file', () => {
  it('tells the functions that it defines itself, in their order', async () => {
    const text = 'load("lib.star", "lib")\nx = 1\ndef b(): pass\ndef a(): pass\nc = lambda: 1';
    const evaluation = testing(text, { 'lib.star': 'def lib(): pass' });
    expect(await starlark.functions(evaluation)).toEqual(['b', 'a', 'c']);
  });

  it('can be checked for a main without calling it', async () => {
    await starlark.check(toEvaluation('def main(ctx): fail("called")'));
    await expect(starlark.check(toEvaluation('def mian(ctx): pass'))).rejects.toMatchObject({
      code: 'starlark-no-main',
    });
  });

  it('whose test does not exist, or wants arguments, says so', async () => {
    const fails = (name: string) => starlark.test(testing('def f(x): pass'), name).catch(String);
    expect(await fails('g')).toContain('expected a function without arguments: def g()');
    expect(await fails('f')).toContain('x');
  });
});
