import type BetterSqlite3 from 'better-sqlite3';
import { ServiceError } from '../model/errors.ts';

/** Loads the driver. @throws ServiceError `database-driver-missing` where it was not installed */
export async function loadDriver(): Promise<typeof BetterSqlite3> {
  try {
    return (await import('better-sqlite3')).default;
  } catch (cause) {
    throw driverMissing(cause);
  }
}

/**
 * Opens a file that exists. The driver loads its compiled half when it is first used.
 * @throws ServiceError `database-driver-missing` where that is not there or does not fit, and what
 *   SQLite throws
 */
export function openFile(
  Driver: typeof BetterSqlite3,
  path: string,
  timeout: number,
  readonly = false,
): BetterSqlite3.Database {
  try {
    return new Driver(path, { timeout, readonly, fileMustExist: true });
  } catch (error) {
    if (error instanceof Driver.SqliteError) throw error;
    throw driverMissing(error);
  }
}

/** Where the program is installed without a driver, people need to know why and what would help. */
function driverMissing(cause: unknown): ServiceError {
  return new ServiceError('The SQLite driver better-sqlite3 cannot be loaded.', {
    code: 'database-driver-missing',
    detail: reasonOf(cause),
    hint: 'Install Sisyphus again with the npm of this Node.js and let better-sqlite3 run its install script, which fetches a compiled driver or makes one with a C++ compiler; or use another database, such as --database-url postgres://….',
    cause,
  });
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const here = `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`;
  if (code === 'ERR_MODULE_NOT_FOUND') return 'npm did not install the package.';
  if (code === 'ERR_DLOPEN_FAILED') {
    return `It is compiled for another version of Node.js or another system than this one, ${here}.`;
  }
  if (/^Could not locate the bindings file/.test(message)) {
    return `Its compiled half for ${here} is missing: its install script did not run or failed.`;
  }
  return message;
}
