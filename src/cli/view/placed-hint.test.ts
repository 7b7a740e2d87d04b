import { expect, it } from 'vitest';
import { placedHint } from './placed-hint.ts';

const HINT = 'wait; sisyphus unlock --id 38 ends it, or make a new plan with sisyphus diff --out';

it('adds the place that the user named to every command of a hint', () => {
  expect(placedHint(HINT, { directory: 'my shop/production' })).toBe(
    "wait; sisyphus unlock --monitor-directory 'my shop/production' --id 38 ends it, " +
      "or make a new plan with sisyphus diff --monitor-directory 'my shop/production' --out",
  );
  expect(placedHint('sisyphus object resume', { databaseUrl: 'sqlite:shop.db' })).toBe(
    'sisyphus object resume --database-url sqlite:shop.db',
  );
});

it('leaves a hint as it is where no flag named a place, or a command takes none', () => {
  expect(placedHint(HINT, {})).toBe(HINT);
  const other = 'sisyphus config build writes it; the Sisyphus diff';
  expect(placedHint(other, { directory: 'production' })).toBe(other);
});

it('prints no URL that may hold a password', () => {
  const databaseUrl = 'postgres://ada:hunter2@db/shop';
  expect(placedHint('drop it with sisyphus forget', { databaseUrl })).toBe(
    'drop it with sisyphus forget --database-url URL',
  );
});
