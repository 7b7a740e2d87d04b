import { describe, expect, it } from 'vitest';
import { starlarkForTests } from './fixture.ts';

const { expressions, complaint, returned } = starlarkForTests();

/** Compares many expressions at once: each with what it must be. */
async function expectAll(expected: Record<string, string>): Promise<void> {
  expect(await expressions(Object.keys(expected))).toEqual(expected);
}

describe('integers', () => {
  it('are exact at any size', () =>
    expectAll({
      '1 << 70': '1180591620717411303424',
      '2147483647 + 1': '2147483648',
      '9007199254740993': '9007199254740993',
      '-9223372036854775808 - 1': '-9223372036854775809',
      '99999999999999999999 * 99999999999999999999': '9999999999999999999800000000000000000001',
      '(1 << 70) >> 69': '2',
      '(1 << 70) - (1 << 70) + 5': '5',
      'int("123456789012345678901234567890")': '123456789012345678901234567890',
    }));

  it('divide and take remainders towards minus infinity', () =>
    expectAll({
      '7 // 2': '3',
      '-7 // 2': '-4',
      '7 // -2': '-4',
      '-7 // -2': '3',
      '7 % 3': '1',
      '-7 % 3': '2',
      '7 % -3': '-2',
      '-7 % -3': '-1',
      '(1 << 70) // 3': '393530540239137101141',
      '(1 << 70) % 7': '2',
    }));

  it('have bitwise operators', () =>
    expectAll({
      '6 & 3': '2',
      '6 | 3': '7',
      '6 ^ 3': '5',
      '~6': '-7',
      '-1 >> 3': '-1',
      '1 << 0': '1',
    }));

  it('are written in base 16, 8 and 2 too', () =>
    expectAll({ '0xff': '255', '0o17': '15', '0b101': '5' }));

  it('are read from text in a base', () =>
    expectAll({
      'int("-42")': '-42',
      'int("ff", 16)': '255',
      'int("0xff", 16)': '255',
      'int("0b11", 0)': '3',
      'int("z", 36)': '35',
      'int(3.99)': '3',
      'int(-3.99)': '-3',
      'int(True)': '1',
    }));

  it('cannot be divided by zero', async () => {
    expect(await complaint('def main(ctx):\n  return 1 // 0')).toContain('main.star:2:10');
    expect(await complaint('def main(ctx):\n  return 1 % 0')).toContain('main.star:2:10');
  });
});

describe('floats', () => {
  it('come out as str prints them', () =>
    expectAll({
      '1.0': '1.0',
      '0.1 + 0.2': '0.30000000000000004',
      '1e20': '1e+20',
      '1.5e-7': '1.5e-07',
      '100000.0': '100000.0',
      'float("inf")': '+inf',
      '-float("inf")': '-inf',
      'float("nan")': 'nan',
      '-0.0': '-0.0',
      'str(2.50)': '"2.5"',
      'float(3)': '3.0',
      'float("1.25")': '1.25',
    }));

  it('mix with integers and divide as reals', () =>
    expectAll({
      '1 / 2': '0.5',
      '4 / 2': '2.0',
      '7.5 // 2': '3.0',
      '-7.5 // 2': '-4.0',
      '7.5 % 2': '1.5',
      '1 + 0.5': '1.5',
      '1 == 1.0': 'True',
      '1 < 1.5': 'True',
      '{1: "a"}[1.0]': '"a"',
    }));
});

describe('truth and comparison', () => {
  it('takes empty values and zero for false', () =>
    expectAll({
      '[bool(x) for x in [0, 0.0, "", [], (), {}, None, False]]':
        '[False, False, False, False, False, False, False, False]',
      '[bool(x) for x in [1, "0", [0], (0,), {0: 0}, True]]':
        '[True, True, True, True, True, True]',
    }));

  it('returns an operand from and, or and if', () =>
    expectAll({
      '0 or "x"': '"x"',
      '1 and []': '[]',
      'None or 0': '0',
      '"a" if [] else "b"': '"b"',
      'not 1': 'False',
    }));

  it('compares sequences item by item', () =>
    expectAll({
      '[1, 2] < [1, 3]': 'True',
      '[1] < [1, 0]': 'True',
      '(2,) > (1, 9)': 'True',
      '"Z" < "a"': 'True',
      '[1, [2]] == [1, [2]]': 'True',
      '{"a": 1, "b": 2} == {"b": 2, "a": 1}': 'True',
      'False == 0': 'False',
    }));

  it('does not compare different kinds', async () => {
    expect(await complaint('def main(ctx):\n  return 1 < "1"')).toContain('main.star:2:10');
  });
});

describe('strings', () => {
  it('consist of code points', () =>
    expectAll({
      'len("Ünïcödé")': '7',
      'len("😀")': '1',
      '"a😀b"[1]': '"😀"',
      '"a😀b"[1:]': '"😀b"',
      '"ß".upper()': '"SS"',
      'ord("😀")': '128512',
      'chr(128512)': '"😀"',
      '"😀".elems()': '<iterator iterator>',
      'list("a😀".elems())': '["a", "😀"]',
      'list("aé".codepoints())': '[97, 233]',
      '"\\U0001F600"': '"😀"',
      '"\\u00e9\\x41\\101"': '"éAA"',
    }));

  it('are sliced from both ends and with steps', () =>
    expectAll({
      '"abcdef"[1:3]': '"bc"',
      '"abcdef"[-2:]': '"ef"',
      '"abcdef"[:-2]': '"abcd"',
      '"abcdef"[::2]': '"ace"',
      '"abcdef"[::-1]': '"fedcba"',
      '"abcdef"[4:1:-1]': '"edc"',
      '"abcdef"[10:]': '""',
      '"abc"[-1]': '"c"',
    }));

  it('have raw and triple-quoted literals', () =>
    expectAll({
      'r"a\\nb"': '"a\\\\nb"',
      '"""a\nb"""': '"a\\nb"',
      "'it\\'s'": '"it\'s"',
    }));

  it('are formatted with the percent operator', () =>
    expectAll({
      '"%s is %d" % ("x", 3)': '"x is 3"',
      '"%r" % "x"': '"\\"x\\""',
      '"%s" % [1, "a"]': '"[1, \\"a\\"]"',
      '"%d" % 3.7': '"3"',
      '"%x %X %o" % (255, 255, 8)': '"ff FF 10"',
      '"%%" % ()': '"%"',
      '"%s" % (("a", 1),)': '"(\\"a\\", 1)"',
      '"%e" % 12345.678': '"1.234568e+04"',
      '"%f" % 1.5': '"1.500000"',
      '"%g" % 1.5': '"1.5"',
      '"%d" % (1 << 70)': '"1180591620717411303424"',
      '"%s" % None': '"None"',
    }));

  it('refuse too few or too many values for a format', async () => {
    expect(await complaint('def main(ctx):\n  return "%s %s" % "a"')).toContain('main.star:2:10');
    expect(await complaint('def main(ctx):\n  return "%s" % (1, 2)')).toContain('main.star:2:10');
  });

  it('are formatted with format', () =>
    expectAll({
      '"{} {}".format(1, "a")': '"1 a"',
      '"{1} {0}".format("a", "b")': '"b a"',
      '"{name}={value!r}".format(name = "x", value = "y")': '"x=\\"y\\""',
      '"{{}}".format()': '"{}"',
    }));

  it('have methods', () =>
    expectAll({
      '"a,b,,c".split(",")': '["a", "b", "", "c"]',
      '" a  b ".split()': '["a", "b"]',
      '"a,b,c".split(",", 1)': '["a", "b,c"]',
      '"a,b,c".rsplit(",", 1)': '["a,b", "c"]',
      '"a=b=c".partition("=")': '("a", "=", "b=c")',
      '"a=b=c".rpartition("=")': '("a=b", "=", "c")',
      '"x".partition("=")': '("x", "", "")',
      '"-".join(["a", "b"])': '"a-b"',
      '"  a ".strip()': '"a"',
      '"xxaxx".strip("x")': '"a"',
      '"xxa".lstrip("x")': '"a"',
      '"axx".rstrip("x")': '"a"',
      '"abcabc".replace("b", "X")': '"aXcaXc"',
      '"abcabc".replace("b", "X", 1)': '"aXcabc"',
      '"abcabc".find("c")': '2',
      '"abcabc".rfind("c")': '5',
      '"abc".find("z")': '-1',
      '"abc".index("b")': '1',
      '"banana".count("an")': '2',
      '"abc".startswith("ab")': 'True',
      '"abc".startswith(("x", "a"))': 'True',
      '"abc".endswith("bc")': 'True',
      '"abc".removeprefix("a")': '"bc"',
      '"abc".removesuffix("c")': '"ab"',
      '"Hello World".lower()': '"hello world"',
      '"hello world".title()': '"Hello World"',
      '"hello".capitalize()': '"Hello"',
      '"a\\nb\\n".splitlines()': '["a", "b"]',
      '"a\\nb\\n".splitlines(True)': '["a\\n", "b\\n"]',
      '"abc".isalpha()': 'True',
      '"12".isdigit()': 'True',
      '"a1".isalnum()': 'True',
      '"ABC".isupper()': 'True',
      '" ".isspace()': 'True',
      '"ell" in "hello"': 'True',
      '"ab" * 3': '"ababab"',
    }));

  it('have no changing parts', async () => {
    expect(await complaint('def main(ctx):\n  s = "abc"\n  s[0] = "x"')).toContain('main.star:3:3');
  });
});

describe('f-strings', () => {
  it('put names into text', async () => {
    const program = 'def main(ctx):\n  a = 1\n  b = "x"\n  return f"{a}-{b} {{}}"';
    expect(await returned(program)).toBe('"1-x {}"');
  });

  it('put expressions into text', async () => {
    expect(await returned('def main(ctx):\n  a = 1\n  return f"{a + 1} {[a]}"')).toBe('"2 [1]"');
  });

  it('name the place of a name that does not exist', async () => {
    expect(await complaint('def main(ctx):\n  return f"{nope}"')).toContain('main.star:2');
  });
});

describe('lists', () => {
  it('are sliced and joined', () =>
    expectAll({
      '[1, 2, 3][1:]': '[2, 3]',
      '[1, 2, 3][::-1]': '[3, 2, 1]',
      '[1, 2, 3][-1]': '3',
      '[1] + [2]': '[1, 2]',
      '[0] * 3': '[0, 0, 0]',
      '(1,) + (2,)': '(1, 2)',
      '2 in [1, 2]': 'True',
      '3 not in [1, 2]': 'True',
    }));

  it('are sorted stably', () =>
    expectAll({
      'sorted([3, 1, 2])': '[1, 2, 3]',
      'sorted([3, 1, 2], reverse = True)': '[3, 2, 1]',
      'sorted(["bb", "a", "cc", "d"], key = len)': '["a", "d", "bb", "cc"]',
      'sorted(["bb", "a", "cc", "d"], key = len, reverse = True)': '["bb", "cc", "a", "d"]',
      'sorted({"b": 1, "a": 2})': '["a", "b"]',
    }));

  it('work with the built-in functions', () =>
    expectAll({
      'list(range(5))': '[0, 1, 2, 3, 4]',
      'list(range(1, 10, 3))': '[1, 4, 7]',
      'list(range(3, 0, -1))': '[3, 2, 1]',
      'enumerate(["a", "b"])': '[(0, "a"), (1, "b")]',
      'enumerate(["a"], 5)': '[(5, "a")]',
      'zip([1, 2, 3], ["a", "b"])': '[(1, "a"), (2, "b")]',
      'reversed([1, 2])': '[2, 1]',
      'any([0, 1])': 'True',
      'all([0, 1])': 'False',
      'min([2, 1])': '1',
      'max("a", "c", "b")': '"c"',
      'max(["a", "bbb"], key = len)': '"bbb"',
      'abs(-3)': '3',
      'len([1, 2])': '2',
      'tuple([1])': '(1,)',
      'repr(["a"])': '"[\\"a\\"]"',
      'type([])': '"list"',
      'hasattr([], "append")': 'True',
    }));
});

describe('dicts', () => {
  it('keep the order of insertion', () =>
    expectAll({
      '{"b": 1, "a": 2}': '{"b": 1, "a": 2}',
      '{"b": 1, "a": 2}.keys()': '["b", "a"]',
      '{"b": 1, "a": 2}.items()': '[("b", 1), ("a", 2)]',
      'dict([("b", 1)], a = 2)': '{"b": 1, "a": 2}',
      '{"a": 1} | {"b": 2}': '{"a": 1, "b": 2}',
      '{k: v for k, v in [("x", 1), ("w", 2)]}': '{"x": 1, "w": 2}',
    }));

  it('have methods', () =>
    expectAll({
      '{"a": 1}.get("a")': '1',
      '{"a": 1}.get("b")': 'None',
      '{"a": 1}.get("b", 7)': '7',
      '{"a": 1}.values()': '[1]',
      '"a" in {"a": 1}': 'True',
      '{"a": 1}.pop("a")': '1',
      '{"a": 1}.setdefault("b", 2)': '2',
      '{"a": 1}.popitem()': '("a", 1)',
    }));

  it('refuse a key twice in one literal and a key that can change', async () => {
    expect(await complaint('def main(ctx):\n  return {"a": 1, "a": 2}')).toContain('main.star:2');
    expect(await complaint('def main(ctx):\n  return {[]: 1}')).toContain('main.star:2');
  });

  it('say which key is missing', async () => {
    const text = await complaint('def main(ctx):\n  return {"a": 1}["b"]');
    expect(text).toContain('main.star:2:10: Key `"b"` was not found');
  });
});

describe('sets', () => {
  it('keep the order of insertion', () =>
    expectAll({
      'set([3, 1, 3, 2])': 'set([3, 1, 2])',
      'set([1, 2]) | set([3])': 'set([1, 2, 3])',
      'set([1, 2]) & set([2, 3])': 'set([2])',
      'set([1, 2]) - set([2])': 'set([1])',
      'set([1, 2]) ^ set([2, 3])': 'set([1, 3])',
      '1 in set([1])': 'True',
      'len(set())': '0',
      'set([1, 2]).union([3])': 'set([1, 2, 3])',
      'set([1]) == set([1])': 'True',
      'sorted(set("banana".elems()))': '["a", "b", "n"]',
    }));
});
