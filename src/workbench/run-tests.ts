import { SisyphusError } from '../model/errors.ts';
import { evaluationOf, NO_INPUTS } from '../program/evaluate-program.ts';
import { openLocalProgram } from '../program/local-program.ts';
import { TESTING_VOCABULARY } from '../render/testing-vocabulary.ts';
import type { Evaluation } from '../starlark/evaluate.ts';
import { StarlarkError } from '../starlark/starlark-error.ts';
import { findTests, noTests, TEST_SUFFIX } from './find-tests.ts';
import { compareGolden, goldenFile } from './golden.ts';
import type { Workbench } from './workbench.ts';

/** How tests are run. */
export interface TestFlags {
  /** What `//` stands for in the tests' `load` statements. */
  readonly configRoot?: string;
  /** Writes golden manifests that differ. */
  readonly update?: boolean;
}

/** How one test ended. */
export interface TestResult {
  /** The file as found. */
  readonly file: string;
  /** Of its definition; 1 for a file that could not be used. */
  readonly line: number;
  /** Undefined for a file that could not be used. */
  readonly name?: string;
  readonly outcome: 'passed' | 'failed' | 'updated';
  readonly durationMs: number;
  /** Why it failed, with its place. */
  readonly message?: string;
  /** More of it: a back-trace. */
  readonly detail?: string;
  /** What it printed. */
  readonly output: string;
}

/**
 * Runs every function `test_…` of the files `…_test.star` in a folder, each on its own. What is wrong with
 * a file or a test is a result.
 *
 * @param hear takes each result as soon as it is there
 * @throws UserError `no-tests`
 */
export async function runTests(
  path: string,
  flags: TestFlags,
  bench: Workbench,
  hear: (result: TestResult) => void,
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  const note = (result: TestResult) => {
    results.push(result);
    hear(result);
  };
  for (const file of await findTests(path)) {
    const begun = performance.now();
    try {
      const evaluation = await openTestFile(file, flags, bench);
      const text = evaluation.files.get(evaluation.entry) ?? '';
      const functions = await bench.starlark.functions(evaluation);
      for (const name of functions.filter((one) => one.startsWith('test_'))) {
        note(await runTest({ evaluation, file, name, line: lineOf(text, name) }, flags, bench));
      }
    } catch (error) {
      note({ file, line: 1, ...failure(error), durationMs: performance.now() - begun });
    }
  }
  if (results.length === 0) throw noTests(path);
  return results;
}

async function openTestFile(
  file: string,
  { configRoot = '.' }: TestFlags,
  { limits }: Workbench,
): Promise<Evaluation> {
  const program = await openLocalProgram({ file, root: configRoot });
  const tests = [...program.files.keys()].filter((path) => path.endsWith(TEST_SUFFIX));
  return {
    ...evaluationOf(program, NO_INPUTS, limits),
    testing: { files: new Set(tests), constructors: TESTING_VOCABULARY },
  };
}

interface OneTest {
  readonly evaluation: Evaluation;
  readonly file: string;
  readonly name: string;
  readonly line: number;
}

async function runTest(
  { evaluation, file, name, line }: OneTest,
  { update = false }: TestFlags,
  { starlark }: Workbench,
): Promise<TestResult> {
  const begun = performance.now();
  const result = await (async (): Promise<Pick<TestResult, 'outcome' | 'message' | 'output'>> => {
    const { value, output } = await starlark.test(evaluation, name);
    const compared = await compareGolden(value, goldenFile(file, name), update);
    if (typeof compared === 'object') {
      return { outcome: 'failed', message: compared.difference, output };
    }
    return { outcome: compared === 'written' ? 'updated' : 'passed', output };
  })().catch(failure);
  return { file, line, name, ...result, durationMs: performance.now() - begun };
}

/** @throws what is no error of the user's */
function failure(
  error: unknown,
): Pick<TestResult, 'outcome' | 'message' | 'detail' | 'output'> & { outcome: 'failed' } {
  if (!(error instanceof SisyphusError)) throw error;
  const { message, detail } = error;
  const output = error instanceof StarlarkError ? error.output : '';
  return { outcome: 'failed', message, ...(detail !== undefined && { detail }), output };
}

function lineOf(text: string, name: string): number {
  const at = text.search(new RegExp(`^def\\s+${name}\\s*\\(`, 'm'));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
