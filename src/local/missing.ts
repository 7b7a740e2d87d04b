import { UserError } from '../model/errors.ts';
import { formatPosition } from '../model/position.ts';
import type { Environment } from './local-ports.ts';
import type { NeededVariable } from './local-run.ts';

/** A variable that the environment lacks, or whose file is not there. */
export interface Missing extends NeededVariable {
  /** The variable is set, and there is no such file. */
  readonly isAbsentFile: boolean;
}

/** The variables that are not set; a path must not be empty, either. */
export function unsetVariables(
  needed: readonly NeededVariable[],
  environment: Environment,
): Missing[] {
  return needed
    .filter(({ variable, type }) => {
      const value = environment[variable];
      return value === undefined || (type === 'file' && value === '');
    })
    .map((one) => ({ ...one, isAbsentFile: false }));
}

/**
 * One error for all that is missing, with lines to paste. A value is never shown: who mistook a path for
 * the secret itself must not find it in a log.
 */
export function missingVariables(missing: readonly Missing[]): UserError {
  const sentences = missing.map(describe);
  const exports = missing.map(({ variable, type }) =>
    type === 'file' ? `export ${variable}='/path/to/file'` : `export ${variable}='...'`,
  );
  const count = missing.length === 1 ? 'a variable' : `${missing.length} variables`;
  return new UserError(`the program needs ${count} that your environment does not have`, {
    code: 'missing-variables',
    detail: [...sentences, '', ...exports].join('\n'),
    hint: 'put values into the export lines, paste them into your shell, and try again',
  });
}

function describe({ variable, type, name, at, isAbsentFile }: Missing): string {
  const where = at === null ? '' : ` at ${formatPosition(at)}`;
  if (type === 'string') return `${variable} is not set: StringVariable("${name}")${where}`;
  const what = isAbsentFile ? 'names no file that can be read' : 'is not set: the path of a file';
  return `${variable} ${what} for FileVariable("${name}")${where}`;
}
