import { containerCommand } from '../local/commands.ts';
import { findEngine } from '../local/engine.ts';
import { planImage } from '../local/local-program.ts';
import { runContainer } from '../local/run-container.ts';
import { type LocalFlags, printCommand, withPrograms } from './local-program.ts';

/** Flags of `sisyphus app run-image`. */
export interface RunImageFlags extends LocalFlags {
  readonly image: string;
}

/** Runs the binary image of a config image. @returns the program's exit code */
export async function appRunImage(
  extraArgs: readonly string[],
  flags: RunImageFlags,
): Promise<number> {
  const { env, stdin, stdout } = process;
  const engine = await findEngine(env);
  const { run, image } = await withPrograms(flags, (tools) =>
    planImage(flags.image, flags, tools, env),
  );
  const tty = stdin.isTTY === true && stdout.isTTY === true;
  return flags.print === true
    ? await printCommand(run, containerCommand(run, { engine: engine.name, image, tty, extraArgs }))
    : await runContainer({ run, engine, image, tty, extraArgs }, env);
}
