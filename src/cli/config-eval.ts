import type { ProgramFlags } from '../config.ts';
import { type EvaluateFlags, evaluateFor } from '../workbench/evaluate.ts';
import { atWorkbench } from './at-workbench.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { evaluatedLines, formatEvaluated } from './view/evaluated-view.ts';

/** Flags of `sisyphus config eval`. */
export type ConfigEvalFlags = EvaluateFlags & ProgramFlags & ReportFlags;

/** Shows what a program makes of an environment, or of several. @returns the exit code */
export async function configEval(word: string, flags: ConfigEvalFlags): Promise<number> {
  return await atWorkbench(flags, async (bench, report) => {
    const results = await evaluateFor(word, flags, bench);
    for (const { output } of results) if (output !== '') report.say(output.trimEnd());
    if (flags.as !== undefined) {
      report.say(
        'variables are shown as keys of Secrets of their own names; Services, labels and schedules come from a declaration',
      );
    }
    report.show({
      text: (options) => formatEvaluated(results, options),
      lines: () => evaluatedLines(results),
    });
    return EXIT.done;
  });
}
