import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { run, returned, failure } = starlarkForTests();

describe('a returned value', () => {
  it('comes out with its types', async () => {
    const program = `
Level = enum("low", "high")
Host = record(name = str)

def main(ctx):
    return [
        None, True, 3, 1 << 64, 2.0, "a\\n\\"é", (1,), {"k": [], 2: None}, set([1]),
        struct(b = 1, a = 2), Host(name = "x"), Level("low"),
    ]
`;
    const int = (value: string) => ({ type: 'int', value });
    const text = (value: string) => ({ type: 'string', value });
    const { value } = await run(program);
    expect(value).toEqual({
      type: 'list',
      items: [
        { type: 'none' },
        { type: 'bool', value: true },
        int('3'),
        int('18446744073709551616'),
        { type: 'float', value: '2.0' },
        text('a\n"é'),
        { type: 'tuple', items: [int('1')] },
        {
          type: 'dict',
          entries: [
            [text('k'), { type: 'list', items: [] }],
            [int('2'), { type: 'none' }],
          ],
        },
        { type: 'set', items: [int('1')] },
        { type: 'struct', fields: { b: int('1'), a: int('2') } },
        { type: 'record', fields: { name: text('x') } },
        { type: 'enum', value: text('low') },
      ],
    });
  });

  it('that is code comes out as its name', async () => {
    expect(await returned('def f(): pass\ndef main(ctx):\n  return [f, len, range(3), int]')).toBe(
      '[<function main.star.f>, <function len>, <range range(3)>, <function int>]',
    );
  });

  it('may name its fields as it likes', async () => {
    const { value } = await run(
      'def main(ctx):\n  return struct(**{"__proto__": 1, "constructor": 2})',
    );
    expect(value.type === 'struct' && Object.keys(value.fields)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  it('may hold the same part twice', async () => {
    expect(await returned('def main(ctx):\n  a = [1]\n  return [a, a, {"k": a}]')).toBe(
      '[[1], [1], {"k": [1]}]',
    );
  });

  it('may not contain itself', async () => {
    const program = (text: string) =>
      `def main(ctx):\n  a = []\n  d = {"a": a}\n  ${text}\n  return a`;
    for (const text of ['a.append(a)', 'a.append(d)', 'a.append(struct(x = (d,)))']) {
      const error = await failure(program(text));
      expect(error.code).toBe('starlark-result');
      expect(error.message).toBe('the returned value has no end: a list contains itself');
    }
  });

  it('may not be nested too deeply', async () => {
    const program = (depth: number) =>
      `def main(ctx):\n  a = []\n  for i in range(${depth}):\n    a = [a]\n  return a`;
    expect((await run(program(99))).value.type).toBe('list');
    const error = await failure(program(100));
    expect(error.code).toBe('starlark-limit');
    expect(error.message).toContain('nested more than 100 levels deep');
  });

  it('may not be larger than it looks', async () => {
    const program =
      'def main(ctx):\n  a = ["x"]\n  for i in range(50):\n    a = [a, a]\n  return a';
    const error = await failure(program);
    expect(error.code).toBe('starlark-limit');
    expect(error.message).toContain('larger than 8 MiB');
    expect((await failure('def main(ctx):\n  return "x" * 9000000')).message).toContain(
      'larger than 8 MiB',
    );
  });
});
