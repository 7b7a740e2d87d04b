import { formatError, InternalError, SisyphusError } from '../model/errors.ts';
import { say } from './say.ts';

/** Prints the error that ended a command on standard error; a stack only for a bug of our own. */
export function printError(error: unknown): void {
  if (error instanceof SisyphusError && !(error instanceof InternalError)) {
    say(`sisyphus: ${formatError(error)}`);
    return;
  }
  const cause = error instanceof InternalError ? (error.cause ?? error) : error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  process.stderr.write(`sisyphus: this is a bug; please report it with what follows\n${text}\n`);
}
