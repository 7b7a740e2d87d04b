import { createPalette, type Tone } from './style.ts';

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** One line of output before it is coloured and cut; its texts may come from anywhere. */
export type Line = readonly Span[];

/** How lines are printed. */
export interface PrintOptions {
  readonly color: boolean;
  /** Cuts longer lines, counted in characters; without it nothing is cut. */
  readonly width?: number;
}

/** A line of one span. */
export function line(text: string, tone?: Tone): Line {
  return [span(text, tone)];
}

/** A piece of a line. */
export function span(text: string, tone?: Tone): Span {
  return tone === undefined ? { text } : { text, tone };
}

/** Moves lines to the right. */
export function indent(lines: readonly Line[], columns: number): Line[] {
  const margin = span(' '.repeat(columns));
  return lines.map((spans) => (spans.length === 0 ? spans : [margin, ...spans]));
}

/** One line for each line of a text, such as an error's. */
export function linesOf(text: string, tone?: Tone): Line[] {
  return text.split('\n').map((part) => line(part, tone));
}

/**
 * Prints lines, each ended by a newline but the last. This is the one way from data to a terminal:
 * whatever could drive the terminal is escaped here.
 */
export function printLines(lines: readonly Line[], { color, width }: PrintOptions): string {
  const palette = createPalette(color);
  const print = ({ text, tone }: Span) => (tone === undefined ? text : palette[tone](text));
  return lines
    .map((spans) => {
      const safe = spans.map((one) => ({ ...one, text: escapeControls(one.text) }));
      return (width === undefined ? safe : cut(safe, width)).map(print).join('');
    })
    .join('\n');
}

/**
 * Control, formatting (bidirectional overrides, zero-width characters), line-separating characters
 * and lone surrogates. A tab does no harm and is common in configuration files.
 */
const UNSAFE = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Makes a text of unknown origin safe to print: characters that drive a terminal become visible. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (char) => {
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    const code = char.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}

function cut(spans: Line, width: number): Line {
  const length = spans.reduce((sum, { text }) => sum + [...text].length, 0);
  if (length <= width) return spans;
  let room = width - 1;
  const kept = spans.map((one) => {
    const part = [...one.text].slice(0, room);
    room -= part.length;
    return { ...one, text: part.join('') };
  });
  return [...kept.filter(({ text }) => text !== ''), span('…', 'faint')];
}
