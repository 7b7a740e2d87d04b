import { ServiceError } from '../model/errors.ts';

/** The error for a database's package that is not there, or not for this version of Node. */
export function driverMissing(name: string, cause: unknown): ServiceError {
  return new ServiceError(`The database driver ${name} cannot be loaded.`, {
    code: 'database-driver-missing',
    hint: 'Reinstall Sisyphus with npm for this version of Node.',
    cause,
  });
}
