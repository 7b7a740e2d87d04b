import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import { quote } from './quote.ts';

/**
 * Lists a monitor directory.
 *
 * @param shown the directory as the user wrote it
 * @throws UserError `monitor-directory` where it is no folder that can be listed
 */
export async function listMonitorDirectory(absolute: string, shown: string): Promise<Dirent[]> {
  return await readdir(absolute, { withFileTypes: true }).catch((cause: unknown) => {
    const fault = errorCode(cause) === 'ENOTDIR' ? 'is not a folder' : accessFault(cause);
    throw new UserError(`The monitor directory ${quote(shown)} ${fault}.`, {
      code: 'monitor-directory',
      hint: 'Name the folder whose sub-folders are the namespaces with --monitor-directory or MONITOR_DIRECTORY.',
    });
  });
}

/** Whether a file or folder is not there. */
export function isMissing(cause: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(cause));
}

/** What is wrong with a file or folder that cannot be read, to end a sentence with. */
export function accessFault(cause: unknown): string {
  if (isMissing(cause)) return 'does not exist';
  if (errorCode(cause) === 'ELOOP') return 'is a symbolic link that leads back to itself';
  return ['EACCES', 'EPERM'].includes(errorCode(cause)) ? 'may not be read' : 'cannot be read';
}

/** The code of a failed system call; empty where there is none. */
function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
