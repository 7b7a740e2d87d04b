import type { ProgramFlags } from '../config.ts';
import { type PushImageFlags, pushConfig } from '../workbench/push.ts';
import { atWorkbench } from './at-workbench.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { describePush, formatPushed, pushedLines } from './view/image-view.ts';

/** Flags of `sisyphus config push`. */
export type ConfigPushFlags = PushImageFlags & ProgramFlags & ReportFlags;

/** Pushes a config image and prints its resolved references. @returns the exit code */
export async function configPush(
  source: string,
  references: readonly string[],
  flags: ConfigPushFlags,
): Promise<number> {
  return await atWorkbench(flags, async (bench, report) => {
    const pushed = await pushConfig(source, references, flags, bench);
    for (const image of pushed) report.say(describePush(image));
    report.show({
      text: (options) => formatPushed(pushed, options),
      lines: () => pushedLines(pushed),
    });
    return EXIT.done;
  });
}
