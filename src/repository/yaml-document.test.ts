import { expect, test } from 'vitest';
import { formatError } from '../model/errors.ts';
import { formatPosition } from '../model/position.ts';
import type { Place } from './place.ts';
import { type Path, parseYaml } from './yaml-document.ts';

/** The values of all documents. */
function values(text: string, place: Place = 'kubernetes'): unknown[] {
  expect(problems(text, place)).toBe('');
  return [...parseYaml(text, 'f.yaml', place)].map(({ value }) => value);
}

/** The errors of all documents as a user sees them. */
function problems(text: string, place: Place = 'kubernetes'): string {
  const documents = [...parseYaml(text, 'f.yaml', place)];
  return documents.flatMap(({ errors }) => errors.map(formatError)).join('\n');
}

/** Where the value at a path of the first document is, or its key. */
function position(text: string, path: Path, part?: 'key'): string {
  const [document] = parseYaml(text, 'f.yaml', 'kubernetes');
  return document === undefined ? 'no document' : formatPosition(document.position(path, part));
}

test('reads several documents, the empty ones as undefined', () => {
  expect(values('a: 1\n---\n# nothing\n---\nnull\n---\n- b\n...\n')).toEqual([
    { a: 1 },
    undefined,
    undefined,
    ['b'],
  ]);
  expect(values('')).toEqual([undefined]);
});

test('reads JSON, indented with tabs too', () => {
  expect(values('{\n\t"a": [1, "yes", "\\ud83d\\ude00\\/"],\n\t"b": {}\n}\n')).toEqual([
    { a: [1, 'yes', '😀/'], b: {} },
  ]);
});

test('reads quoted and block text as text', () => {
  expect(values(`a: 'yes'\nb: "0644"\nc: |\n  1\nd: >-\n  a\n  b\n`)).toEqual([
    { a: 'yes', b: '0644', c: '1\n', d: 'a b' },
  ]);
});

test('keeps keys as they are written', () => {
  expect(values('y: 1\n1.10: 2\n0644: 3\nnull: 4\n')).toEqual([
    { y: 1, '1.10': 2, '0644': 3, null: 4 },
  ]);
});

test('reads unquoted words of objects as kubectl does, but not where only text is allowed', () => {
  const object = `
kind: ConfigMap
metadata:
  labels: {on: yes, mode: 0644}
  annotations: {x: off}
data: {debug: yes}
spec:
  hostNetwork: yes
  defaultMode: 0644
  selector: {matchLabels: {a: n}}
  containers:
    - args: [yes, 010]
      command: [no]
      env:
        - {name: on, value: on}
      tty: on
`;
  expect(values(object)).toEqual([
    {
      kind: 'ConfigMap',
      metadata: { labels: { on: 'yes', mode: '0644' }, annotations: { x: 'off' } },
      data: { debug: 'yes' },
      spec: {
        hostNetwork: true,
        defaultMode: 420,
        selector: { matchLabels: { a: 'n' } },
        containers: [
          { args: ['yes', '010'], command: ['no'], env: [{ name: true, value: 'on' }], tty: true },
        ],
      },
    },
  ]);
  expect(values('kind: Other\ndata: {debug: yes}\n')).toEqual([
    { kind: 'Other', data: { debug: true } },
  ]);
});

test('reads a Sisyphus document by YAML 1.2, but its inline objects as kubectl does', () => {
  const text = 'metadata: {name: on}\nobjects:\n- kind: X\n  spec: {a: on, mode: 0644}\n';
  expect(values(text, 'sisyphus-document')).toEqual([
    { metadata: { name: 'on' }, objects: [{ kind: 'X', spec: { a: true, mode: 420 } }] },
  ]);
});

test('follows anchors, aliases and merge keys', () => {
  expect(
    values('x: &x {a: 1, b: 2}\ny: {<<: *x, a: 5}\nz: {<<: [*x, {a: 9, c: 3}]}\nw: *x\n'),
  ).toEqual([{ x: { a: 1, b: 2 }, y: { a: 5, b: 2 }, z: { a: 1, b: 2, c: 3 }, w: { a: 1, b: 2 } }]);
  expect(values('a: &x 1\nb: &y [&x 2]\nc: &x 3\nd: *y\ne: *x\n')).toEqual([
    { a: 1, b: [2], c: 3, d: [2], e: 3 },
  ]);
  expect(values('&k key: v\nother: {*k : w}\n')).toEqual([{ key: 'v', other: { key: 'w' } }]);
});

test('obeys the tags of the core schema', () => {
  expect(
    values('a: !!str 12\nb: !!int "5"\nc: !!float 3\nd: !!null ""\ne: !!map {}\nf: ! 7\n'),
  ).toEqual([{ a: '12', b: 5, c: 3, d: null, e: {}, f: '7' }]);
});

test('tells positions of values and keys, and the nearest one for what is not there', () => {
  const text = 'a:\n  b: [x, {c: y}]\n  empty:\nd: &d\n  e: 1\nf: *d\n';
  expect(position(text, [])).toBe('f.yaml:1:1');
  expect(position(text, ['a', 'b', 1, 'c'])).toBe('f.yaml:2:14');
  expect(position(text, ['a', 'b'], 'key')).toBe('f.yaml:2:3');
  expect(position(text, ['a', 'empty'])).toBe('f.yaml:3:3');
  expect(position(text, ['a', 'missing'])).toBe('f.yaml:2:3');
  expect(position(text, ['a', 'b', 7])).toBe('f.yaml:2:6');
  expect(position(text, ['f', 'e'])).toBe('f.yaml:5:6');
});

test.each([
  ['\ta: 1', 'f.yaml:1:1: Tabs cannot indent YAML; use spaces.'],
  ['a:\n\tb: 1', 'f.yaml:2:1: Tabs cannot indent YAML; use spaces.'],
  ['a:\n  b: 1\n c: 2', 'f.yaml:3:1: The indentation does not fit the lines above.'],
  ['a: "x\n', 'f.yaml:2:1: The closing quote is missing.'],
  ['a: [1\nb: 2', 'f.yaml:2:1: The closing `]` or `}` is missing.'],
  ['{a: b', 'f.yaml:1:6: The closing `]` or `}` is missing.'],
  ['a: @x', 'f.yaml:1:4: Text that starts with this character must be put in quotes.'],
  ['pass:word\nb: 1', 'f.yaml:1:1: A key must stand on one line and be followed by `: `.'],
  [
    '- a\nb: 1',
    'f.yaml:2:1: This does not fit what stands before it; documents are separated by a line `---`.',
  ],
  ['a: 1\na: 2', 'f.yaml:2:1: The key `a` is given a second time in the same map.'],
  [
    'a: *x',
    'f.yaml:1:4: This alias has no anchor before it; put text that starts with `*` in quotes.',
  ],
  [
    'a: &x [*x]',
    'f.yaml:1:8: This alias stands inside the anchor that it names, so it has no end.',
  ],
  [
    'a: !secret x',
    'f.yaml:1:12: This tag is not supported; put text that starts with `!` in quotes.',
  ],
  ['a: !!int x', 'f.yaml:1:10: This value does not fit its tag.'],
  [
    'a: {{ .x }}',
    'f.yaml:1:5: A key must be text; put text that starts with `{`, `[`, `*` or `!` in quotes.',
  ],
  [': a', 'f.yaml:1:1: A key is missing before the `:`.'],
  ['__proto__: {a: 1}', 'f.yaml:1:1: The key `__proto__` is not allowed.'],
  ['<<: 5', 'f.yaml:1:1: A merge key `<<` takes a map or a list of maps.'],
  [
    'a: .inf',
    'f.yaml:1:4: Infinity and NaN do not exist in JSON; if this is text, put it in quotes.',
  ],
  [
    'a: 9007199254740993',
    'f.yaml:1:4: This whole number is too large to be kept exactly (at most 9007199254740991); put it in quotes if it is text, or add `.0` if it may be rounded.',
  ],
])('explains what is wrong with %j', (text, problem) => {
  expect(problems(text)).toBe(problem);
});

test('tells the first syntax error of each document and all other mistakes', () => {
  expect(problems('a: 1\n  b: 2\n---\na: 1\na: 2\nb: *x\n---\nc: @\n')).toBe(
    [
      'f.yaml:1:4: A map cannot start on the line of its key; indent it below the key, or put text that contains `: ` in quotes.',
      'f.yaml:5:1: The key `a` is given a second time in the same map.',
      'f.yaml:6:4: This alias has no anchor before it; put text that starts with `*` in quotes.',
      'f.yaml:8:4: Text that starts with this character must be put in quotes.',
    ].join('\n'),
  );
});

test('bounds what aliases add up to', () => {
  const laughs = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`,
  );
  expect(problems(['a0: &a0 ha', ...laughs].join('\n'))).toBe(
    'f.yaml:6:22: The aliases of this document stand for more than 100000 values.',
  );
});

test('bounds the depth, written out or by aliases', () => {
  const tooDeep = 'Too many maps and lists stand in one another.';
  for (const opening of ['[', '{a: ', '- ', '? ', '"a": [']) {
    expect(problems(opening.repeat(20_000))).toContain(tooDeep);
  }
  const steps = Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`);
  expect(problems(`${steps.join('\n')}\nb: 1`)).toContain(tooDeep);
  const chain = Array.from({ length: 250 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`);
  expect(problems(['a0: &a0 x', ...chain].join('\n'))).toContain('More than 200 maps and lists');
});
