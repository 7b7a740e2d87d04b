import { toPlan } from '../plan-file/convert.ts';
import { readPlanFile } from '../plan-file/plan-file.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { reporting } from './reporting.ts';

/** Prints a saved plan as `diff` did. @returns the exit code */
export async function show(path: string, flags: ReportFlags): Promise<number> {
  return await reporting(flags, async (report) => {
    const saved = await readPlanFile(path);
    const { createdAt, createdBy, program, repository } = saved;
    report.say(
      `made ${createdAt} by ${createdBy} with sisyphus ${program} from ${repository.identity}`,
    );
    report.plan({ ...saved, paused: [], plan: toPlan(saved) });
    return EXIT.done;
  });
}
