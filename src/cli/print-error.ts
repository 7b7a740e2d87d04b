import { formatError, InternalError, SisyphusError, UsageError } from '../model/errors.ts';
import { printBug } from './bug.ts';
import { EXIT } from './exit-code.ts';
import { say } from './say.ts';

/** Prints the error that ended a command on standard error; a stack only for a bug of our own. */
export function printError(error: unknown): void {
  if (error instanceof InternalError) printBug(error.cause ?? error);
  else if (error instanceof SisyphusError) say(`sisyphus: ${formatError(error)}`);
  else printBug(error);
}

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
