import type { ProgramFlags } from '../config.ts';
import { writeJunit } from '../workbench/junit.ts';
import { runTests, type TestFlags } from '../workbench/run-tests.ts';
import { atWorkbench } from './at-workbench.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { formatTest, formatTestSummary, testLine, testSummaryLine } from './view/tests-view.ts';

/** Flags of `sisyphus config test`. */
export interface ConfigTestFlags extends TestFlags, ProgramFlags, ReportFlags {
  /** The file of a report in JUnit XML. */
  readonly junit?: string;
}

/** Runs the tests of programs. @returns the exit code */
export async function configTest(path: string, flags: ConfigTestFlags): Promise<number> {
  return await atWorkbench(flags, async (bench, report) => {
    const results = await runTests(path, flags, bench, (result) => {
      report.show({
        text: (options) => formatTest(result, options),
        lines: () => [testLine(result)],
      });
    });
    report.show({
      text: (options) => formatTestSummary(results, options),
      lines: () => [testSummaryLine(results)],
    });
    if (flags.junit !== undefined) await writeJunit(flags.junit, results);
    return results.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.done;
  });
}
