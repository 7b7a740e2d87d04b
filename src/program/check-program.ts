import type { Evaluation } from '../starlark/evaluate.ts';
import { type EvaluationTools, evaluationOf, NO_INPUTS } from './evaluate-program.ts';

/**
 * Makes sure that a program can be run: all that it loads is there, its files evaluate, and it has a
 * `main`.
 *
 * @throws StarlarkError with the place of the mistake
 */
export async function checkProgram(
  program: Pick<Evaluation, 'files' | 'entry'>,
  { starlark, limits }: EvaluationTools,
): Promise<void> {
  await starlark.check(evaluationOf(program, NO_INPUTS, limits));
}
