import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line that scripts can read: `N passed, N failed`. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.state() === 'failed' && count('failed') === 0);
    const failed = count('failed') + broken.length + errors.length;
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed\n`);
  }
}
