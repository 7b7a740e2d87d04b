import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeControls, line, printLines, span } from './line.ts';

it('makes visible what drives a terminal or hides in a text', () => {
  expect(escapeControls('a\x1b[31m\x9b\x7f')).toBe('a\\x1b[31m\\x9b\\x7f');
  expect(escapeControls('a\nb\rc\td')).toBe('a\\nb\\rc\td');
  expect(escapeControls('\u202e\u200b\ufeff\u2028\u{e0041}')).toBe(
    '\\u{202e}\\u{200b}\\u{feff}\\u{2028}\\u{e0041}',
  );
  expect(escapeControls('\ud800')).toBe('\\u{d800}');
  expect(escapeControls('naïve 日本 👍 ~')).toBe('naïve 日本 👍 ~');
});

it('prints any text on one line without control characters', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, (one) => {
      const shown = printLines([line(one)], { color: false });
      expect(shown.replaceAll('\t', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

it('cuts a line to a width across its pieces, by whole characters', () => {
  const spans = [span('👍👍', 'strong'), span('abc'), span('def')];
  expect(printLines([spans], { color: false, width: 8 })).toBe('👍👍abcdef');
  expect(printLines([spans], { color: false, width: 5 })).toBe('👍👍ab…');
  expect(printLines([spans], { color: false, width: 2 })).toBe('👍…');
});
