import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { expressions, returned, complaint } = starlarkForTests();

describe('parameters', () => {
  it('have defaults, rest and keywords', async () => {
    const program = `
def f(a, b = 2, *args, c = 3, **kwargs):
    return (a, b, args, c, kwargs)

def main(ctx):
    return [f(1), f(1, 5, 6, 7), f(1, c = 9, d = 4), f(*[1, 2, 3], **{"z": 1})]
`;
    expect(await returned(program)).toBe(
      '[(1, 2, (), 3, {}), (1, 5, (6, 7), 3, {}), (1, 2, (), 9, {"d": 4}), (1, 2, (3,), 3, {"z": 1})]',
    );
  });

  it('can be keyword-only', async () => {
    const define = 'def f(a, *, b):\n  return (a, b)\n';
    expect(await returned(`${define}def main(ctx):\n  return f(1, b = 2)`)).toBe('(1, 2)');
    expect(await complaint(`${define}def main(ctx):\n  return f(1, 2)`)).toContain(
      'main.star:4:10',
    );
  });

  it('can be positional-only', async () => {
    const define = 'def f(a, /, b):\n  return (a, b)\n';
    expect(await returned(`${define}def main(ctx):\n  return f(1, b = 2)`)).toBe('(1, 2)');
    expect(await complaint(`${define}def main(ctx):\n  return f(a = 1, b = 2)`)).toContain(
      'main.star:4:10',
    );
  });

  it('are named in the error for a missing, an unknown and a repeated one', async () => {
    const call = (text: string) => complaint(`def f(one):\n  pass\ndef main(ctx):\n  f(${text})`);
    expect(await call('')).toContain('`one`');
    expect(await call('1, two = 2')).toContain('`two`');
    expect(await call('1, one = 2')).toContain('`one`');
  });

  it('share a default value between calls', async () => {
    const program = `
def f(x, seen = []):
    return seen + [x]

def main(ctx):
    return [f(1), f(2)]
`;
    expect(await returned(program)).toBe('[[1], [2]]');
  });
});

describe('type annotations', () => {
  it('accept what they say', async () => {
    const program = `
def join(parts: list[str], sep: str = ",") -> str:
    total: int = len(parts)
    return sep.join(parts) + str(total)

def maybe(x: int | None) -> typing.Any:
    return x

def main(ctx):
    return [join(["a", "b"]), maybe(None), maybe(3)]
`;
    expect(await returned(program)).toBe('["a,b2", None, 3]');
  });

  it('refuse anything else', async () => {
    const define = 'def f(x: int) -> str:\n  return x\n';
    expect(await complaint(`${define}def main(ctx):\n  f("a")`)).toContain(
      'main.star:4:3: Value `a` of type `string` does not match the type annotation `int` for argument `x`',
    );
    expect(await complaint(`${define}def main(ctx):\n  f(1)`)).toContain(
      'does not match the type annotation `str` for return type',
    );
  });
});

describe('functions', () => {
  it('are values and keep what they saw', async () => {
    const program = `
def adder(n):
    def add(x):
        return x + n
    return add

def main(ctx):
    add5 = adder(5)
    return [add5(1), (lambda x, y = 2: x * y)(4), map(add5, [1, 2])]
`;
    expect(await returned(program)).toBe('[6, 8, [6, 7]]');
  });

  it('may call themselves', async () => {
    const program = `
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def even(n):
    return True if n == 0 else odd(n - 1)

def odd(n):
    return False if n == 0 else even(n - 1)

def main(ctx):
    return [fib(15), even(40), odd(150)]
`;
    expect(await returned(program)).toBe('[610, True, False]');
  });

  it('may change a list that is passed to them', async () => {
    const program = `
def add(xs):
    xs.append(1)
    xs += [2]

def main(ctx):
    xs = []
    add(xs)
    return xs
`;
    expect(await returned(program)).toBe('[1, 2]');
  });

  it('may not change a list while a loop runs over it', async () => {
    const program = `
def main(ctx):
    xs = [1]
    for x in xs:
        xs.append(x)
`;
    expect(await complaint(program)).toContain('main.star:5:9');
  });

  it('may not read a local name before it is set', async () => {
    const program = `
def main(ctx):
    if False:
        x = 1
    return x
`;
    expect(await complaint(program)).toContain('main.star:5:12');
  });

  it('return None without a return', async () => {
    expect(await returned('def main(ctx):\n  pass')).toBe('None');
  });
});

describe('statements', () => {
  it('take values apart', async () => {
    const program = `
def main(ctx):
    a, (b, c) = 1, [2, 3]
    [d, e] = (4, 5)
    x = {"k": 0}
    x["k"] += a
    x["l"] = b
    return [a, b, c, d, e, x]
`;
    expect(await returned(program)).toBe('[1, 2, 3, 4, 5, {"k": 1, "l": 2}]');
  });

  it('break and continue loops', async () => {
    const program = `
def main(ctx):
    out = []
    for i in range(10):
        if i == 2:
            continue
        if i == 5:
            break
        out.append(i)
    return out
`;
    expect(await returned(program)).toBe('[0, 1, 3, 4]');
  });

  it('have no while, no class and no import', async () => {
    for (const text of ['while True: pass', 'class X: pass', 'import os']) {
      expect(await complaint(`def main(ctx):\n  ${text}`)).toContain('main.star:2:');
    }
  });

  it('are no loops or conditions outside functions', async () => {
    expect(await complaint('for i in [1]:\n  pass')).toContain('main.star:1:1');
    expect(await complaint('if True:\n  x = 1')).toContain('main.star:1:1');
  });
});

describe('comprehensions', () => {
  it('nest, filter and keep their names to themselves', async () => {
    const program = `
x = "outer"

def main(ctx):
    squares = [x * x for x in range(5) if x % 2 == 0]
    pairs = [(a, b) for a in [1, 2] for b in "xy".elems()]
    table = {k: [v for v in range(k)] for k in [1, 2]}
    return [squares, pairs, table, x]
`;
    expect(await returned(program)).toBe(
      '[[0, 4, 16], [(1, "x"), (1, "y"), (2, "x"), (2, "y")], {1: [0], 2: [0, 1]}, "outer"]',
    );
  });
});

describe('map, filter and partial', () => {
  it('work on any function', async () => {
    expect(
      await expressions([
        'map(lambda x: x + 1, [1, 2])',
        'map(str, (1, 2))',
        'filter(lambda x: x > 1, [1, 2, 3])',
        'filter(None, [1, None, 0])',
        'partial(max, 3)(1, 5)',
        'partial(dict, a = 1)(b = 2)',
      ]),
    ).toEqual({
      'map(lambda x: x + 1, [1, 2])': '[2, 3]',
      'map(str, (1, 2))': '["1", "2"]',
      'filter(lambda x: x > 1, [1, 2, 3])': '[2, 3]',
      'filter(None, [1, None, 0])': '[1, 0]',
      'partial(max, 3)(1, 5)': '5',
      'partial(dict, a = 1)(b = 2)': '{"a": 1, "b": 2}',
    });
  });
});
