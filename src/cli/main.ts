#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { createProgram } from './program.ts';

/** Runs the command line and sets the exit code; nothing may end in a stack trace for a user. */
async function main(): Promise<void> {
  // A reader that went away (`sisyphus diff | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  try {
    const program = await createProgram(process.argv.slice(2), (code) => {
      process.exitCode = code;
    });
    await program.parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const { printError } = await import('./print-error.ts');
    printError(error);
    process.exitCode = exitCodeOf(error);
  }
}

await main();
