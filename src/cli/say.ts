import { linesOf, printLines } from './view/line.ts';

/** A word on standard error to the person in front of the terminal, that is no part of the result. */
export function say(message: string): void {
  process.stderr.write(`${printLines(linesOf(message), { color: false })}\n`);
}
