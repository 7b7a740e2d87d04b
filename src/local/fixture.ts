import { evaluateProgram } from '../program/evaluate-program.ts';
import { readApplication } from '../render/application.ts';
import { starlarkForTests } from '../starlark/fixture.ts';
import { defaultLimits } from '../starlark/limits.ts';
import type { Environment } from './local-ports.ts';
import { type LocalRun, planLocalRun } from './local-run.ts';

/** Plans local runs for the tests of one file, on a worker that ends with it. */
export function localRunsForTests() {
  const { starlark } = starlarkForTests();
  /** How an application, written as `main` returns it, runs with a user's environment. */
  return async (application: string, environment: Environment = {}): Promise<LocalRun> => {
    const { value } = await evaluateProgram(
      {
        files: new Map([['app.star', `def main(ctx):\n    return ${application}`]]),
        entry: 'app.star',
      },
      { name: 'local-app', namespace: null, cluster: null, environment: 'dev' },
      { starlark, limits: defaultLimits },
    );
    return planLocalRun(readApplication(value, 'dev'), environment);
  };
}
