import { expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { readFlags } from './flags.ts';

const namesOf = (...args: string[]) => readFlags(args).names;

it('measures everything but the large workloads unless told otherwise', () => {
  expect(namesOf()).toEqual([
    'applications',
    'scale-10',
    'scale-100',
    'scale-1000',
    'clusters-2',
    'clusters-10',
    'config-maps',
    'programs',
    'black-hole',
  ]);
  expect(namesOf('--large')).toContain('scale-3000');
});

it('measures only what is named, in the order of the whole', () => {
  expect(namesOf('--only', 'programs,scale-10')).toEqual(['scale-10', 'programs']);
  expect(namesOf('--only', 'clusters')).toEqual(['clusters-2', 'clusters-10']);
  expect(namesOf('--only', 'scale')).toEqual(['scale-10', 'scale-100', 'scale-1000']);
  expect(namesOf('--only', 'scale', '--large')).toContain('scale-3000');
  expect(namesOf('--only', 'scale-3000')).toEqual(['scale-3000']);
});

it('refuses what it does not know, and says what there is', () => {
  expect(() => readFlags(['--only', 'aplications'])).toThrow(UsageError);
  expect(() => readFlags(['--only', 'aplications'])).toThrow(/no "aplications"; there are appl/);
  expect(() => readFlags(['--repetitions', '0'])).toThrow(/whole number above 0/);
  expect(() => readFlags(['--repetitions', '1.5'])).toThrow(/whole number above 0/);
  expect(() => readFlags(['--fast'])).toThrow(UsageError);
  expect(() => readFlags(['--only', 'programs', '--plot', 'x.svg'])).toThrow(
    /what "scale" measures/,
  );
});
