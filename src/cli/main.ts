#!/usr/bin/env node
import { CommanderError } from 'commander';
import { endWith } from './end-with.ts';
import { EXIT } from './exit-code.ts';
import { createProgram } from './program.ts';

/** Runs the command line; nothing may end in a stack trace for a user. @returns the exit code */
async function main(): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.unread);
    process.stderr.write(`The output cannot be written: ${error.message}.\n`);
    process.exit(EXIT.failed);
  });
  try {
    let code: number = EXIT.done;
    const program = await createProgram(process.argv.slice(2), (ofCommand) => {
      code = ofCommand;
    });
    await program.parseAsync(process.argv);
    return code;
  } catch (error) {
    // commander has printed what is wrong, or the help or version that it ends with, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { exitCodeOf, printError } = await import('./print-error.ts');
    printError(error);
    return exitCodeOf(error);
  }
}

endWith(main());
