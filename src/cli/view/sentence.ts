import type { View } from '../report.ts';
import { linesOf, printLines } from './line.ts';

/** A result that is told in words only. */
export function sentence(text: string): View {
  return { text: (options) => printLines(linesOf(text), options), lines: () => [] };
}
