import { type Declaration, GLOBAL_FOLDER } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import type { Problem } from '../model/problem.ts';
import { expectUserError, Loader } from './loader.ts';
import { quote } from './quote.ts';
import { type MemoryOptions, RememberedFiles } from './remembered-files.ts';
import { isLabel, LABEL_RULE } from './schema.ts';
import { SourceFiles } from './source-files.ts';
import { type FolderContents, walkFolder } from './walk.ts';

/** What a monitor directory declares, and everything that is wrong in it. */
export interface Repository {
  /** The monitor directory, absolute. */
  readonly directory: string;
  /**
   * The monitor directory's path within its git work tree, with `/` and `.` for the root; outside
   * of a work tree its base name.
   */
  readonly identity: string;
  /** Whether the monitor directory holds nothing at all, not even what is no namespace. */
  readonly isEmpty: boolean;
  /** The valid declarations, in byte order of their folders, then as read. */
  readonly declarations: readonly Declaration[];
  /** The folders with an `index.yaml`, in byte order, without `global`. */
  readonly namespaces: readonly string[];
  /** The folders without an `index.yaml`, in byte order. */
  readonly withoutIndex: readonly string[];
  /** Everything that is wrong. */
  readonly problems: readonly Problem[];
}

/** A folder's name, and its index's real path, where it has one. */
interface Folder {
  readonly name: string;
  readonly index: string | UserError | undefined;
}

/**
 * Reads a monitor directory: each direct sub-folder with an `index.yaml`, and the files that these
 * name. Mistakes in the files become problems.
 *
 * @param directory The monitor directory, relative to `cwd`.
 * @param options.cwd The working folder, from where positions name files; the process' own by default.
 * @param options.cacheDirectory See {@link MemoryOptions}, as for the other one.
 * @throws UserError `monitor-directory` where the directory does not exist or is none.
 */
export async function readRepository(
  directory: string,
  options: { readonly cwd?: string } & MemoryOptions = {},
): Promise<Repository> {
  const cwd = options.cwd ?? process.cwd();
  const files = await SourceFiles.open(directory, cwd);
  const remembered = await RememberedFiles.open(files.directory, cwd, options);
  const loader = new Loader(files, remembered);
  const names = await files.folders();
  const folders = await Promise.all(names.map((name) => loadFolder(name, files, loader)));
  await remembered.save();
  const contents = folders.map((folder) => readFolder(folder, files, loader));
  const hasIndex = ({ index }: Folder) => index !== undefined;
  return {
    directory: files.directory,
    identity: files.identity,
    isEmpty: files.isEmpty,
    declarations: contents.flatMap(({ declarations }) => declarations),
    namespaces: folders
      .filter((folder) => hasIndex(folder) && folder.name !== GLOBAL_FOLDER)
      .map(({ name }) => name),
    withoutIndex: folders.filter((folder) => !hasIndex(folder)).map(({ name }) => name),
    problems: contents.flatMap(({ problems }) => problems),
  };
}

async function loadFolder(name: string, files: SourceFiles, loader: Loader): Promise<Folder> {
  const index = await files.index(name).catch(expectUserError);
  if (typeof index === 'string') await loader.load(index);
  return { name, index };
}

function readFolder({ name, index }: Folder, files: SourceFiles, loader: Loader): FolderContents {
  if (index === undefined) return { declarations: [], problems: [] };
  const invalid = isLabel(name) ? [] : [{ error: invalidName(name, files) }];
  if (index instanceof UserError) {
    return { declarations: [], problems: [...invalid, { error: index }] };
  }
  const contents = walkFolder(name, index, loader, (file) => files.displayName(file));
  return { ...contents, problems: [...invalid, ...contents.problems] };
}

function invalidName(name: string, files: SourceFiles): UserError {
  return new UserError(
    `The folder ${quote(name)} cannot be a namespace: its name must be ${LABEL_RULE}.`,
    {
      code: 'invalid-namespace',
      position: files.indexPosition(name),
    },
  );
}
