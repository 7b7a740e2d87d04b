import { describe, expect, it } from 'vitest';
import { createStarlark } from './evaluate.ts';
import { type Program, show, starlarkForTests, toEvaluation } from './fixture.ts';

const { run, returned, failure } = starlarkForTests();

/** Programs that end in as many ways as there are, most of them by force. */
const hostile: Record<string, Program> = {
  'asks for too much memory': 'def main(ctx):\n  n = 1000000000\n  return "a" * n',
  'fills the memory': 'def main(ctx):\n  a = [1]\n  for i in range(100):\n    a = a + a',
  'overflows the stack': `x = ${'not '.repeat(200_000)}1`,
  'never ends': 'def main(ctx):\n  for i in range(1000000000):\n    pass',
  'never ends within an operation':
    'def main(ctx):\n  x = 3\n  for i in range(40):\n    x = x * x\n  return x',
  'makes more types than it may':
    'T = [record(a = int) for i in range(100000)]\ndef main(ctx): fail()',
  'prints without end': 'def main(ctx):\n  for i in range(1000000000):\n    print("x" * 100)',
  'is no Starlark': 'def',
};

describe('a program', () => {
  it('finds nothing of the one before it', async () => {
    await run('left = "behind"\ndef main(ctx):\n  print(left)\n  return left');
    expect((await failure('def main(ctx):\n  return left')).message).toContain('`left` not found');
    expect((await run('def main(ctx):\n  pass')).output).toBe('');
  });

  it('sees the same whatever ran before it', async () => {
    const curious = `
R = record(a = int)
E = enum("x", "y")

def main(ctx):
    values = [R, R(a = 1), E, E("x"), main, lambda: 1, len, [], hash("x"), ctx, json, partial(main, 1)]
    return [debug(v) for v in values] + [str(v) for v in values]
`;
    const fresh = createStarlark({ workers: 1 });
    const first = show((await fresh.evaluate(toEvaluation(curious))).value);
    await fresh.close();
    await run('A = record(a = str)\nB = enum("p", "q")\ndef main(ctx):\n  return [str(A), B("p")]');
    expect(await returned(curious)).toBe(first);
    expect(await returned(curious)).toBe(first);
  });

  it('cannot change what all programs share', async () => {
    expect((await failure('def main(ctx):\n  json.encode = 1')).code).toBe('starlark-error');
    expect(await returned('len = 3\ndef main(ctx):\n  return len')).toBe('3');
    expect(await returned('def main(ctx):\n  return len([1])')).toBe('1');
  });

  it.each(Object.entries(hostile))('works after one that %s', async (_, program) => {
    const error = await failure(program, { limits: { timeoutMs: 500, steps: 3_000_000 } });
    expect(error.code).toMatch(/^starlark-(limit|error|parse)$/);
    expect(await returned('def main(ctx):\n  return [1 << 70, "ok"]')).toBe(
      '[1180591620717411303424, "ok"]',
    );
  });
});

describe('programs at the same time', () => {
  it('do not notice that others are stopped by force', async () => {
    const starlark = createStarlark({ workers: 2 });
    const limits = { timeoutMs: 500, memoryBytes: 64 * 1024 * 1024 };
    const bad = Object.values(hostile).map((program) =>
      starlark.evaluate(toEvaluation(program, { limits })).catch((error: Error) => error.name),
    );
    const good = Array.from({ length: 200 }, (_, i) =>
      starlark.evaluate(toEvaluation(`def main(ctx):\n  return [${i}] * 3`)),
    );
    expect((await Promise.all(good)).map(({ value }) => show(value))).toEqual(
      good.map((_, i) => `[${i}, ${i}, ${i}]`),
    );
    expect(await Promise.all(bad)).toEqual(bad.map(() => 'StarlarkError'));
    await starlark.close();
  });
});

describe('a closed Starlark', () => {
  it('rejects what runs, what waits and what comes', async () => {
    const starlark = createStarlark({ workers: 1 });
    await starlark.evaluate(toEvaluation('def main(ctx): pass'));
    const endless = toEvaluation('def main(ctx):\n  for i in range(1 << 30):\n    str(i)', {
      limits: { steps: 1_000_000_000_000 },
    });
    const open = [starlark.evaluate(endless), starlark.evaluate(endless)];
    const outcomes = Promise.allSettled(open);
    await starlark.close();
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    await expect(starlark.evaluate(endless)).rejects.toThrow('closed');
  });
});
