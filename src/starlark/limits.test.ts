import { describe, expect, it } from 'vitest';
import { formatError } from '../model/errors.ts';
import { type Program, starlarkForTests } from './fixture.ts';
import type { Limits } from './limits.ts';

const { failure } = starlarkForTests();

/** Runs a program that must be stopped; gives what a person reads, without the back-trace. */
async function stopped(program: Program, limits: Partial<Limits> = {}): Promise<string> {
  const error = await failure(program, { limits });
  expect(error.code).toBe('starlark-limit');
  return error.message;
}

const inMain = (...lines: string[]) => `def main(ctx):\n${lines.map((l) => `  ${l}\n`).join('')}`;
/** Defines `make`, which gives a list within a list, and so on. */
const deepList = (depth: number) =>
  `def make():\n  a = []\n  for i in range(${depth}):\n    a = [a]\n  return a\n`;

describe('the limit of steps', () => {
  it('stops loops', async () => {
    expect(await stopped(inMain('for i in range(1000000000):', '  pass'), { steps: 5_000 })).toBe(
      'main.star:2:3: the program was stopped: it took more than 5000 calls and rounds of loops (limit starlark-steps)',
    );
    expect(
      await stopped(inMain('return [i for i in range(1000000000)]'), { steps: 5_000 }),
    ).toMatch(/^main\.star:2:\d+: .*limit starlark-steps/);
  });

  it('stops calls', async () => {
    const program = `
def f(n):
    return 0 if n == 0 else f(n - 1) + f(n - 1)

def main(ctx):
    return f(100)
`;
    expect(await stopped(program, { steps: 100_000 })).toMatch(
      /^main\.star:3:\d+: .*starlark-steps/,
    );
  });

  it('counts all files together', async () => {
    const work = 'def work():\n  for i in range(4000):\n    pass\n';
    const files = {
      'main.star': `load("a.star", "a")\nload("b.star", "b")\n${work}work()\ndef main(ctx):\n  return 1`,
      'a.star': `${work}work()\na = 1`,
      'b.star': `${work}work()\nb = 1`,
    };
    expect(await stopped(files, { steps: 9_000 })).toContain('limit starlark-steps');
    expect(await stopped(files, { steps: 6_000 })).toMatch(/^b\.star:2:3: .*limit starlark-steps/);
  });

  it('says how to raise it', async () => {
    const error = await failure(inMain('for i in range(1000000000): pass'), {
      limits: { steps: 1_000 },
    });
    expect(formatError(error)).toContain(
      'hint: if the program is right, raise the limit with --starlark-steps',
    );
  });
});

describe('the limit of memory', () => {
  const message = 'it needs more than 64 MiB of memory (limit starlark-memory)';
  const memoryBytes = 64 * 1024 * 1024;

  it('stops lists and strings that double', async () => {
    const list = inMain('a = [1]', 'for i in range(100):', '  a = a + a');
    expect(await stopped(list, { memoryBytes })).toBe(
      `main.star:4:5: the program was stopped: ${message}`,
    );
    const text = inMain('s = "x"', 'for i in range(100):', '  s = s + s');
    expect(await stopped(text, { memoryBytes })).toBe(
      `main.star:4:5: the program was stopped: ${message}`,
    );
  });

  it('stops a single operation that asks for too much', async () => {
    for (const text of [
      'x = "a" * n',
      'x = [1] * n',
      'x = list(range(n))',
      'x = ("a" * 100000).replace("a", "b" * 100000)',
      'print("x" * n)',
    ]) {
      const problem = await stopped(inMain('n = 1000000000', text), { memoryBytes });
      expect(problem).toBe(`main.star:3:3: the program was stopped: ${message}`);
    }
  });

  it('stops many small values', async () => {
    const program = inMain('x = []', 'for i in range(100000000):', '  x.append([i])');
    expect(await stopped(program, { memoryBytes })).toMatch(
      /^main\.star:[34]:\d+: .*limit starlark-memory/,
    );
  });

  it('stops the text of a value that shares its parts', async () => {
    const program = inMain('a = [1]', 'for i in range(60):', '  a = [a, a]', 'return str(a)');
    expect(await stopped(program, { memoryBytes })).toMatch(/^main\.star:5:3: .*memory/);
  });
});

describe('the limit of time', () => {
  // Long enough for a busy machine to come to the line where the program then is.
  const timeoutMs = 2_000;

  it('stops work that takes few steps', async () => {
    const program = inMain(
      'xs = list(range(200000))',
      'for i in range(200000):',
      '  found = -1 in xs',
    );
    expect(await stopped(program, { timeoutMs })).toBe(
      'main.star:4:5: the program was stopped: it took longer than 2 s (limit starlark-timeout)',
    );
  });

  it('stops a single operation that never ends', async () => {
    const equal = inMain(
      'a = [1]',
      'b = [1]',
      'for i in range(60):',
      '  a = [a, a]',
      '  b = [b, b]',
      'return a == b',
    );
    expect(await stopped(equal, { timeoutMs })).toMatch(
      /^main\.star:7:3: .*limit starlark-timeout/,
    );
    const square = inMain('x = 3', 'for i in range(40):', '  x = x * x');
    expect(await stopped(square, { timeoutMs })).toMatch(
      /^main\.star:4:5: .*limit starlark-timeout/,
    );
  });

  it('shows where the program was while it was in its own functions', async () => {
    const program = `
def spin(n):
    total = 0
    for i in range(n):
        total += i
    return total

def main(ctx):
    return spin(1000000000)
`;
    const error = await failure(program, { limits: { timeoutMs, steps: 10_000_000_000 } });
    expect(error.message).toMatch(/^main\.star:5:9: .*limit starlark-timeout/);
  });

  it('stops work in a loaded file', async () => {
    const files = {
      'main.star': 'load("lib/x.star", "x")\ndef main(ctx):\n  return x',
      'lib/x.star': '\n\nxs = list(range(300000))\nx = [-1 in xs for y in xs]',
    };
    expect(await stopped(files, { timeoutMs })).toMatch(
      /^lib\/x\.star:4:\d+: .*limit starlark-timeout/,
    );
  });
});

describe('the limits of depth', () => {
  it('stop functions that call each other without end', async () => {
    const message = /^main\.star:2:\d+: .*call each other more than 200 levels deep/;
    expect(await stopped('def f(n):\n  return f(n + 1)\ndef main(ctx):\n  return f(0)')).toMatch(
      message,
    );
    expect(await stopped('def f(n):\n  return map(f, [n])\ndef main(ctx):\n  return f(0)')).toMatch(
      message,
    );
    expect(await stopped(inMain('f = lambda g: g(g)', 'return f(f)'))).toMatch(message);
  });

  it('shorten the back-trace', async () => {
    const error = await failure('def f(n):\n  return f(n + 1)\ndef main(ctx):\n  return f(0)');
    expect(error.detail?.split('\n').length).toBeLessThan(50);
    expect(error.detail).toMatch(/… \d+ more calls …/);
  });

  it('stop 2,000 nested brackets, but not those within texts and comments', async () => {
    const nested = (open: string, close: string) =>
      `x = ${open.repeat(2_000)}1${close.repeat(2_000)}`;
    for (const program of [
      nested('(', ')'),
      nested('[', ']'),
      nested('{1: ', '}'),
      nested('f(', ')'),
    ]) {
      expect(await stopped(program)).toMatch(/^main\.star:1:\d+: .*nested too deeply/);
    }
    const brackets = '('.repeat(2_000);
    for (const text of [
      `"${brackets}"`,
      `'\\'${brackets}'`,
      `"""${brackets}"\n"""`,
      `1 # ${brackets}`,
    ]) {
      const error = await failure(`x = ${text}\n`);
      expect(error.code).toBe('starlark-no-main');
    }
  });

  it('stop texts that are deep in other ways', async () => {
    const many = 200_000;
    for (const text of [
      'not '.repeat(many),
      '-'.repeat(many),
      '1 + '.repeat(many),
      '1 if 1 else '.repeat(many),
      'lambda: '.repeat(many),
    ]) {
      expect(await stopped(`x = ${text}1`)).toMatch(/^main\.star:1:1: .*nested too deeply/);
    }
    expect(await stopped(`x = []\ny = x${'.a'.repeat(many)}`)).toMatch(/nested too deeply/);
  });

  it('stop files that load each other in a long chain', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [`f${i}.star`, `load("f${i + 1}.star", "x")`]),
    );
    const program = { 'main.star': 'load("f0.star", "x")', ...files, 'f5000.star': 'x = 1' };
    expect(await stopped(program)).toMatch(/^f\d+\.star:1:1: .*nested too deeply/);
  });

  it('stop operations on values that are nested too deeply', async () => {
    for (const text of ['str(a)', 'debug(a)', 'json.encode(a)']) {
      const program = `${deepList(1_000_000)}def main(ctx):\n  a = make()\n  return ${text}`;
      expect(await stopped(program)).toMatch(/^main\.star:8:3: .*nested too deeply/);
    }
    const frozen = {
      'main.star': 'load("x.star", "x")\ndef main(ctx):\n  return 1',
      'x.star': `${deepList(1_000_000)}x = make()`,
    };
    expect(await stopped(frozen)).toMatch(/^x\.star:6:1: .*nested too deeply/);
  });
});

describe('an ordinary error, not a limit,', () => {
  it('is what the language makes of these', async () => {
    const programs = {
      'deep JSON': inMain('return json.decode("[" * 100000)'),
      'a huge shift': inMain('n = 1000000000000', 'return 1 << n'),
      'a negative shift': inMain('return 1 << -1'),
      'comparing endless lists': inMain(
        'a = []',
        'a.append(a)',
        'b = []',
        'b.append(b)',
        'return a == b',
      ),
      'a number beyond the parser': inMain('return int("x" * 1000000)'),
    };
    for (const program of Object.values(programs)) {
      expect((await failure(program)).code).toBe('starlark-error');
    }
  });
});
