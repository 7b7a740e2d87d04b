import { SisyphusError } from '../model/errors.ts';
import { exitCodeOf } from './print-error.ts';
import { openReport, type Report, type ReportFlags } from './report.ts';
import { type Place, placedHint } from './view/placed-hint.ts';

/** Does a command's work: reports what ends it early, and its end. @returns the exit code */
export async function reporting(
  flags: ReportFlags & Place,
  work: (report: Report) => Promise<number>,
): Promise<number> {
  const report = placing(openReport(flags), flags);
  const code = await work(report).catch((error: unknown) => {
    report.error(error);
    return exitCodeOf(error);
  });
  report.end(code);
  return code;
}

/** A report whose hints name the place that the user named. */
function placing(report: Report, place: Place): Report {
  const placed = <E>(error: E): E => {
    if (!(error instanceof SisyphusError) || error.hint === undefined) return error;
    return Object.create(error, { hint: { value: placedHint(error.hint, place) } });
  };
  return {
    ...report,
    plan: (shown) => {
      const notices = shown.plan.notices.map((one) => {
        return { ...one, message: placedHint(one.message, place) };
      });
      report.plan({ ...shown, plan: { ...shown.plan, notices } });
    },
    error: (error) => report.error(placed(error)),
    problems: (problems, consequence) => {
      const all = problems.map((one) => ({ ...one, error: placed(one.error) }));
      report.problems(all, consequence);
    },
  };
}
