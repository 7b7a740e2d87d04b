#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';

/** Runs the command line and sets the exit code; nothing may end in a stack trace for a user. */
async function main(): Promise<void> {
  // A reader that went away (`sisyphus diff | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    const program = await createProgram(process.argv.slice(2), (code) => {
      process.exitCode = code;
    });
    await program.parseAsync(process.argv);
  } catch (error) {
    // Help and the version end like this, too; they load nothing more.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = await fail(error);
  }
}

/** Prints an error, which commander has done for wrong usage. @returns the exit code */
async function fail(error: unknown): Promise<number> {
  const { EXIT, exitCodeOf } = await import('./exit-code.ts');
  if (error instanceof CommanderError) return EXIT.usage;
  const { printError } = await import('./print-error.ts');
  printError(error);
  return exitCodeOf(error);
}

await main();
