import { count } from '../../model/count.ts';
import type { Inspection } from '../../workbench/inspect.ts';
import type { Pushed } from '../../workbench/push.ts';
import { made, type OutputLine } from './json.ts';
import { type Line, line, type PrintOptions, printLines, span } from './line.ts';
import { printSections } from './sections.ts';

/** The resolved references of a push, one on each line, as scripts want them. */
export function formatPushed(pushed: readonly Pushed[], options: PrintOptions): string {
  const lines = pushed.map(({ reference }) => line(reference));
  return printLines(lines, options);
}

/** A push as lines. */
export function pushedLines(pushed: readonly Pushed[]): OutputLine[] {
  return pushed.map((one) => made('pushed', one));
}

/** What a push did, for the person in front of the terminal. */
export function describePush({ reference, tags, blobs }: Pushed): string {
  const { there, mounted, sent } = blobs;
  const ways = [
    ...(sent > 0 ? [`${count(sent, 'blob')} sent`] : []),
    ...(mounted > 0 ? [`${count(mounted, 'blob')} taken from another repository`] : []),
    ...(there > 0 ? [`${count(there, 'blob')} there already`] : []),
  ];
  return `pushed ${reference.replace(/@.*/, '')}:${tags.join(', :')} (${ways.join(', ')})`;
}

/** Prints what a config image consists of. */
export function formatInspected(image: Inspection, options: PrintOptions): string {
  const { binary, platforms, entrypoint } = image;
  const facts = [
    ['image', image.image],
    ['binary', `${binary.repository}@${binary.digest}`],
    ['entrypoint', entrypoint],
    ['platforms', platforms.join(', ') || 'a single manifest'],
  ];
  const digests = image.pieces.map(({ what, digest, size }) => [what, digest, bytes(size)]);
  const files = image.files.map(({ path, size }) => [path, bytes(size)]);
  const total = `${bytes(image.size)} in all, ${count(files.length, 'file')}`;
  const sections = [
    columns(facts),
    [line('Digests', 'strong'), ...columns(digests)],
    [line('Files', 'strong'), ...columns(files)],
    [line(total)],
  ];
  return printSections(sections, options);
}

/** An image as one line. */
export function inspectedLines(image: Inspection): OutputLine[] {
  return [made('image', image)];
}

function columns(rows: readonly (readonly string[])[]): Line[] {
  const width = (index: number) => Math.max(...rows.map((row) => row[index]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, index) =>
      span(index === row.length - 1 ? cell : `${cell.padEnd(width(index))}  `),
    ),
  );
}

function bytes(size: number): string {
  return size < 10_000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`;
}
