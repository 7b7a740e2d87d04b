import { existsSync, type FSWatcher, realpathSync, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { UserError } from '../model/errors.ts';

/** Notices changes of files, by the operating system's word. */
export interface FileWatch {
  /** Watches these files from now on, there or not, and no others. @throws UserError `cannot-watch` */
  follow(paths: readonly string[]): void;
  /** Settles after a change since this was asked for the last time, when no more follows at once. */
  changed(): Promise<void>;
  close(): void;
}

/** Editors and compilers write a file in several steps. */
const QUIET_MS = 100;

/** Opens a watch of no files. */
export function openFileWatch(): FileWatch {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isChanged = false;
  let notify = () => {};
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isChanged = true;
      notify();
    }, QUIET_MS);
  };
  return {
    follow: (paths) => {
      const before = watchers;
      // The new ones first, or a change in between would be lost.
      watchers = watchFolders(paths.flatMap(withTarget), onChange);
      for (const watcher of before) watcher.close();
    },
    changed: async () => {
      if (!isChanged) {
        await new Promise<void>((resolve) => {
          notify = resolve;
        });
      }
      isChanged = false;
    },
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers.splice(0)) watcher.close();
    },
  };
}

/** A link may be changed, and so may the file behind it. */
function withTarget(path: string): string[] {
  try {
    return [path, realpathSync(path)];
  } catch {
    return [path];
  }
}

/** Watches folders, because an editor that replaces a file leaves its watchers with the old one. */
function watchFolders(paths: readonly string[], onChange: () => void): FSWatcher[] {
  const folders = new Set(paths.map((path) => existingFolder(dirname(path))));
  const isWanted = (changed: string) =>
    paths.some((path) => path === changed || path.startsWith(changed + sep));
  const watchers: FSWatcher[] = [];
  try {
    for (const folder of folders) {
      const watcher = watch(folder, (_, name) => {
        if (name === null || isWanted(join(folder, name))) onChange();
      });
      // The folder went; a watch of the one above says when it comes back.
      watchers.push(watcher.on('error', onChange));
    }
  } catch (cause) {
    for (const watcher of watchers) watcher.close();
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(`the program's files cannot be watched (${code})`, {
      code: 'cannot-watch',
      hint: 'raise the limit of watched files (on Linux fs.inotify.max_user_watches), or leave out --watch',
      cause,
    });
  }
  return watchers;
}

function existingFolder(folder: string): string {
  return existsSync(folder) || folder === dirname(folder)
    ? folder
    : existingFolder(dirname(folder));
}
