import { count } from '../../model/count.ts';
import type { Validated } from '../../reconcile/validate.ts';
import { made, type OutputLine, problemLine } from './json.ts';
import { type Line, type PrintOptions, printLines, span } from './line.ts';
import { inOrder, noticeLines, problemLines } from './problems-text.ts';

/** Prints what is wrong with a repository, then what could not be checked, then how many of each. */
export function formatValidated(validated: Validated, options: PrintOptions): string {
  const { problems, notices } = validated;
  const lines = [...problemLines(problems), ...noticeLines(notices), summary(validated)];
  return printLines(lines, options);
}

function summary({ declarations, objects, problems, notices }: Validated): Line {
  const of = `${count(declarations, 'declaration')}, ${count(objects, 'object')}`;
  const [verdict, tone] =
    problems.length > 0
      ? ([count(problems.length, 'error'), 'error'] as const)
      : (['No errors', 'create'] as const);
  const unchecked = notices.length > 0 ? `, ${count(notices.length, 'notice')}` : '';
  return [span(verdict, tone), span(`${unchecked} (${of})`)];
}

/** The findings as lines: problems, then notices, then the counts. */
export function validatedLines(validated: Validated): OutputLine[] {
  const { declarations, objects, problems, notices } = validated;
  return [
    ...inOrder(problems).map(problemLine),
    ...inOrder(notices).map((one) => ({ ...problemLine(one), type: 'notice' })),
    made('validated', {
      declarations,
      objects,
      problems: problems.length,
      notices: notices.length,
    }),
  ];
}
