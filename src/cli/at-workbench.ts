import { type ProgramFlags, readProgramConfig } from '../config.ts';
import { openWorkbench } from '../context/workbench.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { Report, ReportFlags } from './report.ts';
import { reporting } from './reporting.ts';

/**
 * Does a command's work at the workbench: reports what ends it early, and closes everything whatever
 * happens.
 *
 * @param work gives the exit code
 * @returns the exit code
 */
export async function atWorkbench(
  flags: ProgramFlags & ReportFlags,
  work: (bench: Workbench, report: Report) => Promise<number>,
): Promise<number> {
  return await reporting(flags, async (report) => {
    const bench = openWorkbench(readProgramConfig(flags, process.env), process.env);
    try {
      return await work(bench, report);
    } finally {
      await bench.close();
    }
  });
}
