import { build, versionText } from '../version.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { reporting } from './reporting.ts';
import { made } from './view/json.ts';
import { linesOf, printLines } from './view/line.ts';

/** Prints what the program says of itself. @returns the exit code */
export async function showVersion(flags: ReportFlags): Promise<number> {
  const { node } = process.versions;
  const { version: program, ...rest } = build;
  return await reporting(flags, async (report) => {
    report.show({
      text: (options) => printLines(linesOf(versionText), options),
      lines: () => [made('version', { program, ...rest, node })],
    });
    return EXIT.done;
  });
}
