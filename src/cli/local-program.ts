import { type ProgramFlags, readProgramConfig } from '../config.ts';
import { type OpenPrograms, openPrograms } from '../context/programs.ts';
import { findMissing } from '../local/check-variables.ts';
import type { PlaceFlags } from '../local/local-program.ts';
import type { LocalRun } from '../local/local-run.ts';
import { missingVariables } from '../local/missing.ts';
import { formatCommand } from '../local/shell.ts';
import type { LocalCommand } from '../local/value.ts';
import { formatError } from '../model/errors.ts';
import { EXIT } from './exit-code.ts';
import { say } from './say.ts';
import { linesOf, printLines } from './view/line.ts';

/** Flags of both ways to run a program on this machine. */
export interface LocalFlags extends PlaceFlags, ProgramFlags {
  readonly print?: boolean;
}

/** Does some work with images and programs, and closes them. */
export async function withPrograms<T>(
  flags: ProgramFlags,
  work: (programs: OpenPrograms) => Promise<T>,
): Promise<T> {
  const programs = openPrograms(readProgramConfig(flags, process.env), process.env);
  try {
    return await work(programs);
  } finally {
    await programs.close();
  }
}

/** Prints a command instead of running it; what it would lack goes to standard error. @returns the exit code */
export async function printCommand(run: LocalRun, command: LocalCommand): Promise<number> {
  const text = printLines(linesOf(formatCommand(command)), { color: false });
  process.stdout.write(`${text}\n`);
  const missing = await findMissing(run, process.env);
  if (missing.length > 0) say(`note: ${formatError(missingVariables(missing))}`);
  return EXIT.done;
}
