import { exitCodeOf } from './exit-code.ts';
import { openReport, type Report, type ReportFlags } from './report.ts';

/** Does a command's work: reports what ends it early, and its end. @returns the exit code */
export async function reporting(
  flags: ReportFlags,
  work: (report: Report) => Promise<number>,
): Promise<number> {
  const report = openReport(flags);
  const code = await work(report).catch((error: unknown) => {
    report.error(error);
    return exitCodeOf(error);
  });
  report.end(code);
  return code;
}
