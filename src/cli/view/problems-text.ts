import { count } from '../../model/count.ts';
import { formatDeclaration } from '../../model/declaration.ts';
import { compareBytes } from '../../model/object.ts';
import { formatPosition } from '../../model/position.ts';
import type { Problem } from '../../model/problem.ts';
import { type Line, line, type PrintOptions, printLines, span } from './line.ts';
import { errorLines } from './outcome-text.ts';

/**
 * Prints all that is wrong with the repository, by file and line: the position first, as terminals
 * and editors follow it, then what was expected; below it a back-trace and a hint; the count last.
 *
 * @param consequence what they came to: `nothing was applied`
 */
export function formatProblems(
  problems: readonly Problem[],
  consequence: string,
  options: PrintOptions,
): string {
  const total = `${count(problems.length, 'error')}; ${consequence}.`;
  return printLines([...problemLines(problems), line(total, 'strong')], options);
}

/** Tells errors by file and line. */
export function problemLines(problems: readonly Problem[]): Line[] {
  return inOrder(problems).flatMap((problem) => {
    return told(problem, placeOf(problem) ?? [span('error: ', 'error')]);
  });
}

/** Tells what is no error by file and line. */
export function noticeLines(notices: readonly Problem[]): Line[] {
  return inOrder(notices).flatMap((notice) => {
    return told(notice, [...(placeOf(notice) ?? []), span('notice: ', 'warning')]);
  });
}

/** The order in which problems are told: by file and line. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(byPosition);
}

function told({ error }: Problem, start: Line): Line[] {
  const [message = [], ...more] = errorLines(error);
  return [[...start, ...message], ...more];
}

/** Where the cause is: the position, or else the declaration. */
function placeOf({ error: { position }, declaration }: Problem): Line | undefined {
  if (position !== undefined) return [span(`${formatPosition(position)}: `, 'place')];
  if (declaration !== undefined) return [span(`${formatDeclaration(declaration)}: `, 'place')];
  return undefined;
}

/** Problems without a position come last, in the order in which they were found. */
function byPosition({ error: a }: Problem, { error: b }: Problem): number {
  if (a.position === undefined || b.position === undefined) {
    return Number(a.position === undefined) - Number(b.position === undefined);
  }
  return (
    compareBytes(a.position.file, b.position.file) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column
  );
}
