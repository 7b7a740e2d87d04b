import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { run, returned, complaint, failure } = starlarkForTests();

const constructors = [
  {
    name: 'Port',
    keywordOnly: false,
    parameters: [{ name: 'name', required: true }, { name: 'number' }, { name: 'protocol' }],
  },
  { name: 'App', keywordOnly: true, parameters: [{ name: 'args' }, { name: 'env' }] },
];
const inputs = { name: 'shop', cluster: null };

describe('constructors', () => {
  it('make values that come out with their arguments and the place of the call', async () => {
    const program = {
      'main.star': `
load("lib/ports.star", "http")

def main(ctx):
    return App(args = [http, Port("ü", number = None), Port(
        "b",
    )])
`,
      'lib/ports.star': 'http = Port(protocol = "UDP", name = "http")',
    };
    const { value } = await run(program, { constructors });
    const port = (file: string, line: number, column: number, fields: object) => ({
      type: 'constructed',
      name: 'Port',
      at: { file, line, column },
      fields,
    });
    const text = (value: string) => ({ type: 'string', value });
    expect(value).toEqual({
      type: 'constructed',
      name: 'App',
      at: { file: 'main.star', line: 5, column: 12 },
      fields: {
        args: {
          type: 'list',
          items: [
            port('lib/ports.star', 1, 8, { name: text('http'), protocol: text('UDP') }),
            port('main.star', 5, 30, { name: text('ü'), number: { type: 'none' } }),
            port('main.star', 5, 56, { name: text('b') }),
          ],
        },
      },
    });
  });

  it('know their place where a built-in function calls them', async () => {
    const program = 'def main(ctx):\n  return map(Port, ["a"])';
    const { value } = await run(program, { constructors });
    expect(value).toMatchObject({ items: [{ at: { file: 'main.star', line: 2, column: 10 } }] });
  });

  it('make values that programs can read, compare and print', async () => {
    const program = `
def main(ctx):
    p = Port("http", 80)
    return [p.name, type(p), str(p), p == Port("http", number = 80), p == Port("x"), hasattr(p, "protocol"), dir(p)]
`;
    expect(await returned(program, { constructors })).toBe(
      '["http", "Port", "Port(name=\\"http\\", number=80)", True, False, False, ["name", "number"]]',
    );
  });

  it('refuse missing, unknown, repeated and surplus arguments with a back-trace', async () => {
    const call = (text: string) =>
      complaint(`def f():\n  return ${text}\ndef main(ctx):\n  return f()`, { constructors });
    expect(await call('Port()')).toBe(
      [
        'main.star:2:10: Missing parameter `name` for call to `Port`',
        '  Traceback (most recent call last):',
        '    main.star:4:10, in main',
        '      return f()',
        '    main.star:2:10, in f',
        '      return Port()',
      ].join('\n'),
    );
    expect(await call('Port("a", size = 1)')).toContain('`size`');
    expect(await call('Port("a", name = "b")')).toContain('`name`');
    expect(await call('Port("a", 1, "TCP", 4)')).toContain('main.star:2:10');
    expect(await call('App([])')).toContain('main.star:2:10');
  });

  it('are types for annotations', async () => {
    const program = (argument: string) => `
def name(p: Port) -> str:
    return p.name

def make() -> list[Port]:
    return [Port("a")]

def main(ctx):
    return [name(${argument}), make()]
`;
    expect(await returned(program('Port("x")'), { constructors })).toBe('["x", [Port(name="a")]]');
    expect(await complaint(program('App()'), { constructors })).toContain(
      'does not match the type annotation `Port`',
    );
  });

  it('do not exist for programs that are not given them', async () => {
    expect(await returned('def main(ctx):\n  return Port("a")', { constructors })).toBe(
      'Port(name="a")',
    );
    expect((await failure('def main(ctx):\n  return Port("a")')).message).toContain(
      'Variable `Port` not found',
    );
  });
});

describe('inputs', () => {
  it('are methods of the argument, and the ones asked for are told', async () => {
    const program = 'def main(c):\n  return [c.name(), c.name()]';
    const { asked } = await run(program, { inputs });
    expect(asked).toEqual(['name']);
    expect(await returned(program, { inputs })).toBe('["shop", "shop"]');
  });

  it('are not asked for by merely having them', async () => {
    const program = `
def main(ctx):
    f = ctx.cluster
    return [str(ctx), debug(ctx), str(f), debug(f), dir(ctx), hasattr(ctx, "cluster")]
`;
    const result = await run(program, { inputs: { cluster: 'east' } });
    expect(result.asked).toEqual([]);
    expect(JSON.stringify(result.value)).not.toContain('east');
  });

  it('fail when they have no value', async () => {
    const error = await failure('def main(ctx):\n  return ctx.cluster()', { inputs });
    expect(error.message).toBe('main.star:2:10: ctx.cluster() has no value here');
  });

  it('take no arguments', async () => {
    expect(await complaint('def main(ctx):\n  ctx.name(1)', { inputs })).toContain('main.star:2:3');
    expect(await complaint('def main(ctx):\n  ctx.name(a = 1)', { inputs })).toContain('`a`');
  });

  it('are suggested for a misspelt one', async () => {
    expect(await complaint('def main(ctx):\n  ctx.nmae()', { inputs })).toContain(
      'did you mean `name`?',
    );
  });
});
