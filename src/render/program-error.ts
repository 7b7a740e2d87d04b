import type { ProgramPosition } from '../model/application.ts';
import { UserError } from '../model/errors.ts';
import { formatPosition } from '../model/position.ts';

/**
 * An error in what a program returned.
 *
 * @param at where in the config image the value was made, where that is known
 */
export function programError(message: string, at: ProgramPosition = null): UserError {
  const detail = at === null ? undefined : `in the program, at ${formatPosition(at)}`;
  return new UserError(message, {
    code: 'program-value',
    ...(detail === undefined ? {} : { detail }),
  });
}
