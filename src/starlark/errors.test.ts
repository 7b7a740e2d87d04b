import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { complaint, failure } = starlarkForTests();

describe('an error', () => {
  it('shows the way to it through every file', async () => {
    const files = {
      'main.star':
        'load("lib/ports.star", "port")\n\ndef main(ctx):\n    return [port("ü", 70000)]\n',
      'lib/ports.star': `
def check(number):
    if number > 65535:
        fail("no such port:", number)

def port(name, number):
    checked = check(number)
    return (name, number)
`,
    };
    expect(await complaint(files)).toBe(
      [
        'lib/ports.star:4:9: fail: no such port: 70000',
        '  Traceback (most recent call last):',
        '    main.star:4:13, in main',
        '      return [port("ü", 70000)]',
        '    lib/ports.star:7:15, in port',
        '      checked = check(number)',
        '    lib/ports.star:4:9, in check',
        '      fail("no such port:", number)',
      ].join('\n'),
    );
  });

  it('has the place in the program', async () => {
    const error = await failure('def main(ctx):\n  x = "é" + 1\n  return x');
    expect(error).toMatchObject({
      code: 'starlark-error',
      at: { file: 'main.star', line: 2, column: 7 },
    });
  });

  it('outside functions has its place too', async () => {
    expect(await complaint('x = [1]\ny = x[3]\n')).toMatch(
      /^main\.star:2:5: .*\n {4}main\.star:2:5\n {6}y = x\[3\]$/,
    );
  });

  it('inside a function called by a built-in one shows both', async () => {
    const text = await complaint(
      'def f(x):\n  return 1 // x\ndef main(ctx):\n  return map(f, [0])',
    );
    expect(text).toContain('main.star:4:10, in main');
    expect(text).toContain('main.star:2:10, in f');
  });

  it('of the syntax shows the line', async () => {
    const error = await failure('def main(ctx):\n  return [1,\n  x = 2\n');
    expect(error.code).toBe('starlark-parse');
    expect(error.message).toMatch(/^main\.star:3:\d+: Parse error/);
    expect(await complaint('def main(ctx)\n  pass')).toContain('main.star:1:14');
    expect(await complaint('def main(ctx):\n  return "\n')).toContain('main.star:2:');
  });

  it('of a name suggests a similar one', async () => {
    const error = await failure('def main(ctx):\n  replicas = 1\n  return replcas');
    expect(error.code).toBe('starlark-parse');
    expect(error.message).toBe(
      'main.star:3:10: Variable `replcas` not found, did you mean `replicas`?',
    );
  });

  it('is cut when the program makes it enormous', async () => {
    const error = await failure('def main(ctx):\n  fail("x" * 100000)');
    expect(error.message.length).toBeLessThan(4_100);
  });
});

describe('a program without main', () => {
  it('is told what is expected', async () => {
    const error = await failure('def mian(ctx):\n  pass');
    expect(error.code).toBe('starlark-no-main');
    expect(error.message).toBe(
      'main.star defines no main: expected a function of one argument: def main(ctx)',
    );
  });

  it('is told so too when main is no function', async () => {
    const error = await failure('main = "x"');
    expect(error.code).toBe('starlark-no-main');
    expect(error.message).toBe(
      'main in main.star is of type string: expected a function of one argument: def main(ctx)',
    );
  });

  it('hears of a main that takes no argument', async () => {
    expect(await complaint('def main():\n  pass')).toContain('main');
    expect((await failure('def main(a, b):\n  pass')).message).toContain('`b`');
  });
});
