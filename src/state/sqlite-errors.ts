import { ServiceError, type SisyphusError, UserError } from '../model/errors.ts';

const LOCKED = 'database-locked';

type Explanation = (path: string, cause: unknown) => SisyphusError;

/** By the beginning of the error's code: SQLite's result codes, https://sqlite.org/rescode.html, and Node's. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  SQLITE_NOTADB: (path, cause) =>
    new UserError(`${path} is not a SQLite database.`, {
      code: 'not-a-database',
      hint: 'Give a database that Sisyphus made, or a path where no file is yet.',
      cause,
    }),
  SQLITE_CORRUPT: (path, cause) =>
    new UserError(`The database ${path} is damaged.`, {
      code: 'database-damaged',
      hint: 'Restore it from a backup.',
      cause,
    }),
  SQLITE_CANTOPEN: (path, cause) =>
    new UserError(`${path} cannot be opened as a database file.`, {
      code: 'database-not-readable',
      hint: 'Give the path of a regular file that you may read and write.',
      cause,
    }),
  EISDIR: (path, cause) =>
    new UserError(`${path} is a folder, not a database file.`, {
      code: 'database-not-readable',
      hint: 'Give the path of a regular file that you may read and write.',
      cause,
    }),
  SQLITE_READONLY: notWritable,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOENT: folderMissing,
  ENOTDIR: folderMissing,
  SQLITE_BUSY: (path, cause) =>
    new ServiceError(`Another process keeps the database ${path} locked.`, {
      code: LOCKED,
      hint: 'Wait until that process is done, or end it.',
      cause,
    }),
  SQLITE_FULL: noSpace,
  ENOSPC: noSpace,
  EDQUOT: noSpace,
  SQLITE_IOERR: diskFailed,
  EIO: diskFailed,
};

/** Runs an action on the database file `path`, and turns the errors that a person can mend into theirs. */
export function explained<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explain(path, error);
  }
}

/** True for the explanation that another process holds the lock. */
export function isLocked(error: unknown): boolean {
  return error instanceof ServiceError && error.code === LOCKED;
}

/** The error that a person can mend in place of one that came of the database file `path`. */
export function explain(path: string, error: unknown): unknown {
  const code = codeOf(error);
  const entry = Object.entries(EXPLANATIONS).find(([prefix]) => code.startsWith(prefix));
  return entry === undefined ? error : entry[1](path, error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function notWritable(path: string, cause: unknown): SisyphusError {
  return new UserError(`The database ${path} cannot be written.`, {
    code: 'database-not-writable',
    hint: 'Sisyphus needs to write the file and to make files beside it.',
    cause,
  });
}

function noSpace(path: string, cause: unknown): SisyphusError {
  return new ServiceError(`There is no space left for the database ${path}.`, {
    code: 'database-full',
    hint: 'Free space on that disk.',
    cause,
  });
}

function diskFailed(path: string, cause: unknown): SisyphusError {
  return new ServiceError(`The disk failed to read or write the database ${path}.`, {
    code: 'database-io',
    cause,
  });
}

function folderMissing(path: string, cause: unknown): SisyphusError {
  return new UserError(`The folder for the database ${path} does not exist.`, {
    code: 'database-folder-missing',
    hint: 'Make the folder, or give another path.',
    cause,
  });
}
