import { expect, it } from 'vitest';
import { canDraw, wantsColor } from './style.ts';

const TERMINAL = { isTTY: true };

it('colours a terminal and nothing else', () => {
  expect(wantsColor(TERMINAL, { TERM: 'xterm' })).toBe(true);
  expect(wantsColor({}, { TERM: 'xterm' })).toBe(false);
  expect(wantsColor(TERMINAL, { TERM: 'dumb' })).toBe(false);
});

it('does not colour in CI unless it is forced to', () => {
  expect(wantsColor(TERMINAL, { CI: 'true' })).toBe(false);
  expect(wantsColor(TERMINAL, { CI: 'false' })).toBe(true);
  expect(wantsColor({}, { CI: 'true', FORCE_COLOR: '1' })).toBe(true);
});

it('lets NO_COLOR win', () => {
  expect(wantsColor(TERMINAL, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColor(TERMINAL, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
  expect(wantsColor(TERMINAL, { NO_COLOR: '' })).toBe(true);
});

it('takes 0 and false as forced off', () => {
  expect(wantsColor(TERMINAL, { FORCE_COLOR: '0' })).toBe(false);
  expect(wantsColor(TERMINAL, { FORCE_COLOR: 'false' })).toBe(false);
});

it('draws on a terminal with room outside of CI, coloured or not', () => {
  const screen = { isTTY: true, rows: 24, columns: 80 };
  expect(canDraw(screen, { NO_COLOR: '1' })).toBe(true);
  expect(canDraw(screen, { CI: '1' })).toBe(false);
  expect(canDraw({ ...screen, isTTY: false }, {})).toBe(false);
  expect(canDraw({ ...screen, rows: 0, columns: 0 }, {})).toBe(false);
  expect(canDraw(TERMINAL, {})).toBe(false);
});
