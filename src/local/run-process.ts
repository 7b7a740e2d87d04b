import { requireVariables } from './check-variables.ts';
import { type RunningChild, startChild } from './child.ts';
import { processCommand } from './commands.ts';
import { type Janitor, startJanitor } from './janitor.ts';
import type { Environment } from './local-ports.ts';
import type { LocalRun } from './local-run.ts';
import { realize } from './realize.ts';
import { openSignalRelay, type SignalRelay } from './signals.ts';

/** A binary of this machine, and how to run it. */
export interface ProcessRun {
  readonly run: LocalRun;
  /** The binary's path. */
  readonly file: string;
  readonly extraArgs: readonly string[];
}

/** What looks after a process while it runs. */
export interface Keepers {
  readonly relay: SignalRelay;
  readonly janitor: Janitor;
}

/**
 * Runs an application as a process of this machine.
 *
 * @returns its exit code
 * @throws UserError for variables that are missing and a binary that cannot be run
 */
export async function runProcess(what: ProcessRun, environment: Environment): Promise<number> {
  await requireVariables(what.run, environment);
  return await withKeepers((keepers) => startProcess(what, environment, keepers).ended);
}

/** Does some work with keepers, who go at its end. */
export async function withKeepers<T>(work: (keepers: Keepers) => Promise<T>): Promise<T> {
  const keepers = { relay: openSignalRelay(), janitor: startJanitor() };
  try {
    return await work(keepers);
  } finally {
    keepers.relay.close();
    await keepers.janitor.finish();
  }
}

/** Starts the process, and the keepers' care for it. */
export function startProcess(
  { run, file, extraArgs }: ProcessRun,
  environment: Environment,
  { relay, janitor }: Keepers,
): RunningChild {
  const { args, env } = realize(processCommand(run, file, extraArgs), environment);
  const child = startChild({ file, args, env: { ...environment, ...env } });
  relay.aim(child);
  janitor.watch(child.pid);
  const ended = child.ended.finally(() => {
    relay.aim(undefined);
    janitor.watch(undefined);
  });
  return { ...child, ended };
}
