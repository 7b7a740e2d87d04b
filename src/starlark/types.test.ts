import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { expressions, returned, complaint, failure, run } = starlarkForTests();

describe('records', () => {
  const define = 'Host = record(name = str, port = field(int, 80))\n';

  it('check their fields and fill in defaults', async () => {
    const program = `${define}
def main(ctx):
    a = Host(name = "a")
    return [a, a.port, a == Host(name = "a", port = 80), type(a), str(a)]
`;
    expect(await returned(program)).toBe(
      '[record(name="a", port=80), 80, True, "record", "record[Host](name=\\"a\\", port=80)"]',
    );
  });

  it('refuse a wrong, a missing and an unknown field', async () => {
    const make = (text: string) => complaint(`${define}def main(ctx):\n  return Host(${text})`);
    expect(await make('name = 3')).toContain('main.star:3:10');
    expect(await make('')).toContain('`name`');
    expect(await make('name = "a", size = 1')).toContain('`size`');
  });

  it('are types for annotations', async () => {
    const program = `${define}
def f(h: Host) -> str:
    return h.name

def main(ctx):
    return f(Host(name = "x"))
`;
    expect(await returned(program)).toBe('"x"');
  });
});

describe('enums', () => {
  const define = 'Level = enum("low", "high")\n';

  it('have values, indices and an order', async () => {
    const program = `${define}
def main(ctx):
    return [Level("high"), Level("high").value, Level("high").index, Level[0], len(Level), Level.values()]
`;
    expect(await returned(program)).toBe(
      '[enum("high"), "high", 1, enum("low"), 2, ["low", "high"]]',
    );
  });

  it('refuse other values', async () => {
    const text = await complaint(`${define}def main(ctx):\n  return Level("mid")`);
    expect(text).toContain('main.star:3:10');
    expect(text).toContain('mid');
  });
});

describe('structs', () => {
  it('have fields and equality', async () => {
    expect(
      await expressions([
        'struct(a = 1, b = "x")',
        'struct(a = 1).a',
        'struct(a = 1) == struct(a = 1)',
        'hasattr(struct(a = 1), "b")',
        'getattr(struct(a = 1), "b", 7)',
        'dir(struct(b = 1, a = 2))',
        'str(struct(a = [1]))',
      ]),
    ).toEqual({
      'struct(a = 1, b = "x")': 'struct(a=1, b="x")',
      'struct(a = 1).a': '1',
      'struct(a = 1) == struct(a = 1)': 'True',
      'hasattr(struct(a = 1), "b")': 'False',
      'getattr(struct(a = 1), "b", 7)': '7',
      'dir(struct(b = 1, a = 2))': '["a", "b"]',
      'str(struct(a = [1]))': '"struct(a=[1])"',
    });
  });

  it('suggest a field for a misspelt one', async () => {
    const text = await complaint('def main(ctx):\n  return struct(name = 1).nmae');
    expect(text).toContain('did you mean `name`?');
  });
});

describe('json', () => {
  it('encodes in the order of insertion and decodes in the order of the keys', async () => {
    expect(
      await expressions([
        'json.encode({"b": [1, 1.5, None, True], "a": "é\\n"})',
        'json.encode(struct(x = (1, 2)))',
        'json.decode(\'{"b": [1, 2.5, null, false], "a": "\\\\u00e9"}\')',
        'json.encode(1 << 70)',
        'json.decode("[]") + [1]',
      ]),
    ).toEqual({
      'json.encode({"b": [1, 1.5, None, True], "a": "é\\n"})':
        '"{\\"b\\":[1,1.5,null,true],\\"a\\":\\"é\\\\n\\"}"',
      'json.encode(struct(x = (1, 2)))': '"{\\"x\\":[1,2]}"',
      'json.decode(\'{"b": [1, 2.5, null, false], "a": "\\\\u00e9"}\')':
        '{"a": "é", "b": [1, 2.5, None, False]}',
      'json.encode(1 << 70)': '"1180591620717411303424"',
      'json.decode("[]") + [1]': '[1]',
    });
  });

  it('refuses what is no JSON, and values that JSON has no word for', async () => {
    expect(await complaint('def main(ctx):\n  return json.decode("{")')).toContain(
      'main.star:2:10',
    );
    expect(await complaint('def main(ctx):\n  return json.encode(len)')).toContain(
      'main.star:2:10',
    );
  });
});

describe('output', () => {
  it('is what print, pprint and debug say', async () => {
    const program = `
def main(ctx):
    print("a", 1, [2])
    pprint({"k": [1]})
    print(debug("x"))
`;
    const { output } = await run(program);
    expect(output).toBe('a 1 [2]\n{ "k": [ 1 ] }\nValue("x")\n');
  });

  it('is cut when it is too much', async () => {
    const program = 'def main(ctx):\n  for i in range(10000):\n    print("a line of text", i)';
    const { output } = await run(program);
    expect(output.length).toBeLessThan(66_000);
    expect(output.endsWith('(more than 64 KiB: the rest is left out)\n')).toBe(true);
  });

  it('is kept when the program fails', async () => {
    const error = await failure('def main(ctx):\n  print("so far")\n  fail("no")');
    expect(error.output).toBe('so far\n');
  });
});
