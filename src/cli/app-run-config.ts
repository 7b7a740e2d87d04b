import { resolve } from 'node:path';
import type { OpenPrograms } from '../context/programs.ts';
import { processCommand } from '../local/commands.ts';
import { findBinary } from '../local/find-program.ts';
import { planProgram } from '../local/local-program.ts';
import { type ProcessRun, runProcess } from '../local/run-process.ts';
import { watchProcess } from '../local/watch-process.ts';
import { defaultRoot, openLocalProgram } from '../program/local-program.ts';
import { type LocalFlags, printCommand, withPrograms } from './local-program.ts';
import { printError } from './print-error.ts';
import { say } from './say.ts';

/** Flags of `sisyphus app run-config`. */
export interface RunConfigFlags extends LocalFlags {
  readonly config: string;
  readonly binary: string;
  readonly configRoot?: string;
  readonly watch?: boolean;
}

/** Runs a binary as a program of this machine says. @returns its exit code */
export async function appRunConfig(
  extraArgs: readonly string[],
  flags: RunConfigFlags,
): Promise<number> {
  const { env } = process;
  if (flags.watch === true) {
    return await withPrograms(flags, (tools) => {
      const load = (follow: Follow) => read(extraArgs, flags, tools, follow);
      const listener = { say: (message: string) => say(`sisyphus: ${message}`), error: printError };
      return watchProcess({ load }, env, listener);
    });
  }
  const what = await withPrograms(flags, (tools) => read(extraArgs, flags, tools));
  const { run, file } = what;
  return flags.print === true
    ? await printCommand(run, processCommand(run, file, extraArgs))
    : await runProcess(what, env);
}

type Follow = (paths: readonly string[]) => void;

async function read(
  extraArgs: readonly string[],
  flags: RunConfigFlags,
  tools: OpenPrograms,
  follow: Follow = () => undefined,
): Promise<ProcessRun> {
  const { env } = process;
  const root = resolve(flags.configRoot ?? (await defaultRoot(flags.config)));
  const file = await findBinary(flags.binary, env);
  follow([resolve(flags.config), file]);
  const program = await openLocalProgram({ file: flags.config, root });
  follow([...program.looked, file]);
  const run = await planProgram({ ...program, root }, flags, { ...tools, say }, env);
  return { run, file, extraArgs };
}
