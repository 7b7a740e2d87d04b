import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { JsonValue } from '../../model/json.ts';
import { YamlWriter } from './yaml-lines.ts';

function print(value: JsonValue): string {
  return new YamlWriter()
    .write(value)
    .map(({ text, indent }) => (text === '' ? '\n' : `${' '.repeat(indent)}${text}\n`))
    .join('');
}

/** The library pads some empty lines of a block. */
function withoutBlanks(text: string): string {
  return text.replace(/^ +$/gm, '');
}

it('writes maps, lists and blocks of text the way people write manifests', () => {
  const value: JsonValue = {
    kind: 'Pod',
    spec: {
      containers: [{ name: 'echo', args: ['--port=8080', 'on'], env: [], resources: {} }],
      matrix: [[1, 2], [[]]],
    },
    data: { 'app.conf': 'a = 1\n\n  b = 2\n', flag: 'true', none: null, long: 'x '.repeat(60) },
  };
  expect(print(value)).toBe(
    `kind: Pod
spec:
  containers:
    - name: echo
      args:
        - --port=8080
        - "on"
      env: []
      resources: {}
  matrix:
    - - 1
      - 2
    - - []
data:
  app.conf: |
    a = 1

      b = 2
  flag: "true"
  none: null
  long: "${'x '.repeat(60)}"
`,
  );
});

it('knows for every line where it stands', () => {
  const value: JsonValue = {
    spec: { containers: [{ name: 'echo', image: 'x' }, { args: ['a'] }] },
    data: { 'app.conf': 'a\nb\n' },
  };
  const places = new YamlWriter().write(value).map(({ text, parent }) => `${text} @ ${parent}`);
  expect(places).toEqual([
    'spec: @ ',
    'containers: @ spec',
    '- name: echo @ spec.containers',
    'image: x @ spec.containers[name=echo]',
    '- args: @ spec.containers',
    '- a @ spec.containers[1].args',
    'data: @ ',
    'app.conf: | @ data',
    'a @ data[app.conf]',
    'b @ data[app.conf]',
  ]);
});

it('writes the same text as the library', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', '\n', ' ', '\t', ':', '-', '#', '|', '"', '\r') }),
    fc.constantFrom('yes', '1e3', '0x1f', '1_000', '1:30', '__proto__', '<<', '~'),
  );
  // The library quotes document markers at the left margin only.
  const text = anyText.filter((one) => !/^(---|\.\.\.)/m.test(one));
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  const options = {
    aliasDuplicateObjects: false,
    blockQuote: 'literal',
    compat: 'yaml-1.1',
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    lineWidth: 0,
    simpleKeys: true,
  } as const;
  fc.assert(
    fc.property(fc.array(value), (one) => {
      expect(withoutBlanks(print(one))).toBe(withoutBlanks(stringify(one, options)));
    }),
    { numRuns: 300 },
  );
});
