import type { ProgramFlags } from '../config.ts';
import { inspectImage, readFileOf } from '../workbench/inspect.ts';
import { atWorkbench } from './at-workbench.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { formatInspected, inspectedLines } from './view/image-view.ts';
import { made } from './view/json.ts';
import { linesOf, printLines } from './view/line.ts';

/** Flags of `sisyphus config inspect`. */
export interface ConfigInspectFlags extends ProgramFlags, ReportFlags {
  readonly file?: string;
}

/** Shows what a config image holds, or one of its files. @returns the exit code */
export async function configInspect(word: string, flags: ConfigInspectFlags): Promise<number> {
  return await atWorkbench(flags, async (bench, report) => {
    if (flags.file === undefined) {
      const image = await inspectImage(word, bench);
      report.show({
        text: (options) => formatInspected(image, options),
        lines: () => inspectedLines(image),
      });
      return EXIT.done;
    }
    const bytes = await readFileOf(word, flags.file, bench);
    if (flags.output !== 'json' && process.stdout.isTTY !== true) {
      process.stdout.write(bytes);
      return EXIT.done;
    }
    const text = new TextDecoder().decode(bytes);
    report.show({
      // A terminal might obey what is in the file.
      text: (options) => printLines(linesOf(text.replace(/\n$/, '')), options),
      lines: () => [made('file', { path: flags.file, size: bytes.length, text })],
    });
    return EXIT.done;
  });
}
