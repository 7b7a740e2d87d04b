import type { ProgramFlags } from '../config.ts';
import { count } from '../model/count.ts';
import { type BuildFlags, buildImage, saveImage } from '../workbench/build.ts';
import { atWorkbench } from './at-workbench.ts';
import { EXIT } from './exit-code.ts';
import { sentence } from './view/sentence.ts';

/** Flags of `sisyphus config build`. */
export interface ConfigBuildFlags extends BuildFlags, ProgramFlags {
  /** Where the image goes: a folder, or an archive by the name `.tar`. */
  readonly output: string;
}

/** Builds a config image and prints its digest, as scripts want it. @returns the exit code */
export async function configBuild({ output, ...flags }: ConfigBuildFlags): Promise<number> {
  return await atWorkbench({ ...flags, output: 'text' }, async (bench, report) => {
    const { image, entrypoint, files, binary } = await buildImage(flags, bench);
    await saveImage(image, output, bench);
    const what = `${entrypoint} with ${count(files.size, 'file')}`;
    report.say(`built ${output}: ${what}, for ${binary.repository}@${binary.digest}`);
    report.show(sentence(image.root.digest));
    return EXIT.done;
  });
}
