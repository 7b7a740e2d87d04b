import type { YamlLine } from './yaml-lines.ts';

/** A line of a diff's hunk. */
export interface HunkLine extends YamlLine {
  /** `+`, `-`, or a blank for a line that stays. */
  readonly sign: string;
}

/** Changes of one place with the unchanged lines around them that stand in it, too. */
export interface HunkPart {
  /** The path of the map, list or block of text that the first changed line stands in. */
  readonly place: string;
  readonly lines: readonly HunkLine[];
}

/**
 * Parts the lines of a hunk by the place of what changes, because lines of a neighbouring branch
 * would read as if they belonged to it. Every changed line is in exactly one part.
 */
export function splitByPlace(lines: readonly HunkLine[]): HunkPart[] {
  const parts: HunkPart[] = [];
  let rest = lines;
  for (;;) {
    const first = rest.findIndex(isChanged);
    const place = rest[first]?.parent;
    if (place === undefined) return parts;
    const left = rest.findIndex((one, index) => index > first && !isIn(one, place));
    const end = left === -1 ? rest.length : left;
    parts.push({
      place,
      lines: [...leading(rest.slice(0, first), place), ...rest.slice(first, end)],
    });
    rest = rest.slice(end);
  }
}

/** The last unchanged lines before a change, from one on that is no torn-off end of a sibling. */
function leading(before: readonly HunkLine[], place: string): readonly HunkLine[] {
  const foreign = before.findLastIndex((one) => !isIn(one, place));
  const inside = before.slice(foreign + 1);
  const start = inside.findIndex(({ parent }) => parent === place);
  return start === -1 ? [] : inside.slice(start);
}

function isChanged({ sign }: HunkLine): boolean {
  return sign !== ' ';
}

function isIn({ parent }: YamlLine, place: string): boolean {
  if (place === '' || parent === place) return true;
  return parent.startsWith(place) && '.['.includes(parent.charAt(place.length));
}
