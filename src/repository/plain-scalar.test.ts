import { expect, test } from 'vitest';
import { resolvePlainScalar } from './plain-scalar.ts';

/** Taken from k8s.io/apimachinery 0.36.3, whose decoder kubectl uses. */
const KUBECTL: Readonly<Record<string, unknown>> = {
  '': null,
  '~': null,
  Null: null,
  nUll: 'nUll',
  yes: true,
  Yes: true,
  yEs: 'yEs',
  y: true,
  on: true,
  TRUE: true,
  tRUE: 'tRUE',
  no: false,
  N: false,
  Off: false,
  '0644': 420,
  '00644': 420,
  '-0644': -420,
  '0o644': 420,
  '0O17': 15,
  '0o8': '0o8',
  '0x1F': 31,
  '-0x1F': -31,
  '0XFF': 255,
  '0x1G': '0x1G',
  '0b11': 3,
  '0b12': '0b12',
  '08': 8,
  '0999': 999,
  '08.5': 8.5,
  '1_000': 1000,
  '1_000.5': 1000.5,
  '0644_': 420,
  '+_1': 1,
  _1: '_1',
  '+5': 5,
  '-0': 0,
  '.5': 0.5,
  '5.': 5,
  '.': '.',
  '1e3': 1000,
  '1e': '1e',
  '1e400': '1e400',
  '-': '-',
  '--1': '--1',
  '1.2.3': '1.2.3',
  '1:30': '1:30',
  '2001-01-01': '2001-01-01',
  '12:30:45': '12:30:45',
  '0x1.8p1': '0x1.8p1',
  Infinity: 'Infinity',
  nan: 'nan',
  '9007199254740991': 9007199254740991,
  '-.5E-3': -0.0005,
};

test.each(Object.entries(KUBECTL))('reads %j in an object as kubectl does', (text, value) => {
  const found = resolvePlainScalar(text, 'kubernetes');
  expect(found === 0 ? 0 : found).toBe(value);
});

test.each([
  ['yes', 'yes'],
  ['on', 'on'],
  ['n', 'n'],
  ['0644', '0644'],
  ['-007', '-007'],
  ['1_000', '1_000'],
  ['0O17', '0O17'],
  ['0o644', 420],
  ['0x1F', 31],
  ['0b11', 3],
  ['+5', 5],
  ['1e3', 1000],
  ['True', true],
  ['~', null],
  ['echo', 'echo'],
])('reads %j in a Sisyphus document as YAML 1.2 and the Original do', (text, value) => {
  expect(resolvePlainScalar(text, 'sisyphus')).toBe(value);
});

test.each(['9007199254740993', '0x20000000000001', '-99999999999999999999'])(
  'keeps the whole number %s exactly',
  (text) => {
    for (const reading of ['sisyphus', 'kubernetes'] as const) {
      const negative = text.startsWith('-');
      const magnitude = BigInt(text.replace('-', ''));
      expect(resolvePlainScalar(text, reading)).toBe(negative ? -magnitude : magnitude);
    }
  },
);

test('resolves infinities and NaN as YAML does', () => {
  expect(resolvePlainScalar('.inf', 'kubernetes')).toBe(Number.POSITIVE_INFINITY);
  expect(resolvePlainScalar('-.Inf', 'sisyphus')).toBe(Number.NEGATIVE_INFINITY);
  expect(resolvePlainScalar('.NaN', 'kubernetes')).toBeNaN();
});
