import { type ErrorDetails, UserError } from '../model/errors.ts';
import type { ProgramPosition } from './value.ts';

/** The codes of {@link StarlarkError}. */
export type StarlarkErrorCode =
  /** The text is no Starlark, or uses a name that does not exist. */
  | 'starlark-parse'
  /** A `load` names no file, leads out of the program or goes in a circle. */
  | 'starlark-load'
  /** The function to call does not exist. */
  | 'starlark-no-main'
  /** The program failed. */
  | 'starlark-error'
  /** The program was stopped. */
  | 'starlark-limit'
  /** The function returned a value that contains itself. */
  | 'starlark-result'
  /** The engine gave up on the program, which it should not. */
  | 'starlark-crash';

/**
 * An error in a program. The message begins with the place inside the program, as
 * `file:line:column`; `detail` is the back-trace.
 */
export class StarlarkError extends UserError {
  declare readonly code: StarlarkErrorCode;
  /** The innermost place in the program that is known. */
  readonly at: ProgramPosition | undefined;
  /** What the program had printed before. */
  readonly output: string;

  constructor(
    message: string,
    details: ErrorDetails & {
      readonly code: StarlarkErrorCode;
      readonly at: ProgramPosition | undefined;
      readonly output: string;
    },
  ) {
    super(message, details);
    this.at = details.at;
    this.output = details.output;
  }
}
