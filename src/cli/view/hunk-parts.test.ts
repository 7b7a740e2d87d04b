import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type HunkLine, splitByPlace } from './hunk-parts.ts';

/** Lines as `sign parent text`, the parent without blanks and `.` for the top. */
function hunk(...lines: readonly string[]): HunkLine[] {
  return lines.map((one) => {
    const [parent = '', text = ''] = one.slice(2).split(' ');
    return { sign: one.slice(0, 1), parent: parent === '.' ? '' : parent, text, indent: 0 };
  });
}

function show(lines: readonly HunkLine[]): string[] {
  return splitByPlace(lines).map(
    ({ place, lines: own }) => `${place}: ${own.map(({ sign, text }) => sign + text).join('')}`,
  );
}

it('parts changes of two branches, each with only what stands beside it', () => {
  const lines = hunk(
    '  metadata.labels app',
    '  metadata annotations',
    '+ metadata.annotations image',
    '  . spec',
    '- spec replicas=2',
    '+ spec replicas=3',
    '  spec selector',
    '  spec.selector app',
    '  . data',
    '  data name',
  );
  expect(show(lines)).toEqual([
    'metadata.annotations: +image',
    'spec: -replicas=2+replicas=3 selector app',
  ]);
});

it('does not take a name that begins with another for a part of it', () => {
  const lines = hunk('+ spec.a x', '  spec.ab y', '+ spec.ab z');
  expect(show(lines)).toEqual(['spec.a: +x', 'spec.ab:  y+z']);
});

it('begins with no torn-off end of a sibling', () => {
  const lines = hunk('  spec.a.b deep', '  spec.a low', '  spec c', '+ spec d');
  expect(show(lines)).toEqual(['spec:  c+d']);
});

it('loses no changed line and repeats none', () => {
  const parent = fc.constantFrom('', 'a', 'a.b', 'a[0]', 'ab', 'c', 'c.d');
  const one = fc.record({
    sign: fc.constantFrom('+', '-', ' '),
    parent,
    text: fc.string(),
    indent: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.array(one), (lines) => {
      const kept = splitByPlace(lines).flatMap((part) => part.lines);
      const changed = (from: readonly HunkLine[]) => from.filter(({ sign }) => sign !== ' ');
      expect(changed(kept)).toEqual(changed(lines));
    }),
  );
});
