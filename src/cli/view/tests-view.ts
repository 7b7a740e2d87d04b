import type { TestResult } from '../../workbench/run-tests.ts';
import { made, type OutputLine } from './json.ts';
import { indent, type Line, line, linesOf, type PrintOptions, printLines, span } from './line.ts';

/** Prints how one test ended; of a failed one also why, and what it had printed. */
export function formatTest(result: TestResult, options: PrintOptions): string {
  const { outcome, file, line: number, name, message, detail, output } = result;
  const place = `${file}:${number}`;
  const title = name === undefined ? place : `${place} ${name}`;
  const head: Record<TestResult['outcome'], Line> = {
    passed: [span('pass', 'added'), span(`  ${title}`)],
    updated: [span('pass', 'added'), span(`  ${title} (golden manifest written)`)],
    failed: [span('FAIL', 'error'), span(`  ${title}`)],
  };
  if (outcome !== 'failed') return printLines([head[outcome]], options);
  const why = [message, detail].filter((text) => text !== undefined).flatMap((t) => linesOf(t));
  const printed = output === '' ? [] : [line('printed:', 'faint'), ...linesOf(output.trimEnd())];
  return printLines([head.failed, ...indent([...why, ...printed], 6)], options);
}

/** Counts the tests. */
export function formatTestSummary(results: readonly TestResult[], options: PrintOptions): string {
  const { passed, failed } = countTests(results);
  const tone = failed > 0 ? 'error' : 'added';
  return printLines([[], line(`${passed} passed, ${failed} failed`, tone)], options);
}

/** How one test ended, as a line. */
export function testLine({ durationMs, ...result }: TestResult): OutputLine {
  return made('test', { ...result, durationMs: Math.round(durationMs) });
}

/** All tests together, as a line. */
export function testSummaryLine(results: readonly TestResult[]): OutputLine {
  return made('tests', countTests(results));
}

function countTests(results: readonly TestResult[]) {
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  return { passed: results.length - failed, failed };
}
