import { type CONTEXT, VOCABULARY } from '../render/vocabulary.ts';
import type { Evaluation, EvaluationResult, Starlark } from '../starlark/evaluate.ts';
import type { Limits } from '../starlark/limits.ts';

/** What a program may ask of its `ctx`; asking for what is null is an error in the program. */
export type ProgramInputs = {
  readonly [Method in keyof typeof CONTEXT]: Method extends 'name' | 'environment'
    ? string
    : string | null;
};

/** No input has a value where a program is only looked at. */
export const NO_INPUTS = { name: null, namespace: null, cluster: null, environment: null };

/** What evaluates programs. */
export interface EvaluationTools {
  readonly starlark: Starlark;
  readonly limits: Limits;
}

/**
 * Runs a program with the words of this product.
 *
 * @throws StarlarkError when the program is wrong or goes beyond a limit
 */
export async function evaluateProgram(
  program: Pick<Evaluation, 'files' | 'entry'>,
  inputs: ProgramInputs,
  { starlark, limits }: EvaluationTools,
): Promise<EvaluationResult> {
  return await starlark.evaluate(evaluationOf(program, { ...inputs }, limits));
}

/** What the engine needs to know of a program. */
export function evaluationOf(
  { files, entry }: Pick<Evaluation, 'files' | 'entry'>,
  inputs: Evaluation['inputs'],
  limits: Limits,
): Evaluation {
  return { files, entry, constructors: VOCABULARY, inputs, limits };
}
