import { containerCommand } from '../local/commands.ts';
import { findEngine, requireEngine } from '../local/engine.ts';
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
  const { run, image } = await withPrograms(flags, (tools) =>
    planImage(flags.image, flags, tools, env),
  );
  const tty = stdin.isTTY === true && stdout.isTTY === true;
  if (flags.print === true) {
    const engine = (await findEngine(env))?.name ?? 'podman';
    return await printCommand(run, containerCommand(run, { engine, image, tty, extraArgs }));
  }
  const engine = await requireEngine(env);
  return await runContainer({ run, engine, image, tty, extraArgs }, env);
}
