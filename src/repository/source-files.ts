import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { UserError } from '../model/errors.ts';
import { compareBytes } from '../model/object.ts';
import type { SourcePosition } from '../model/position.ts';
import { accessFault, isMissing, listMonitorDirectory } from './monitor-directory.ts';
import { quote } from './quote.ts';

/** Requests to the file system that are under way at once. */
const REQUESTS_LIMIT = 32;
/** Large enough for a bundle of CRDs; what is larger is a mistake or an attack. */
const FILE_SIZE_LIMIT_MIB = 10;
const INDEX = 'index.yaml';
const MISNAMED_INDEX = 'index.yml';
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * The files that a monitor directory may use: those of its git work tree, or its own where there is
 * none. Symbolic links are followed, but never out.
 */
export class SourceFiles {
  /** The monitor directory as given, absolute. */
  readonly directory: string;
  /** The monitor directory's path within its git work tree, with `/`; its base name outside of one. */
  readonly identity: string;
  readonly #realDirectory: string;
  readonly #workTree: string | undefined;
  readonly #entries: readonly Dirent[];
  readonly #cwd: string;
  readonly #bounded = pLimit(REQUESTS_LIMIT);

  private constructor(
    directory: string,
    real: string,
    workTree: string | undefined,
    entries: readonly Dirent[],
    cwd: string,
  ) {
    this.directory = directory;
    this.identity =
      workTree === undefined
        ? path.basename(directory)
        : path.relative(workTree, real).replaceAll(path.sep, '/') || '.';
    this.#realDirectory = real;
    this.#workTree = workTree;
    this.#entries = entries;
    this.#cwd = cwd;
  }

  /** @throws UserError `monitor-directory` where `directory` is no folder that can be listed. */
  static async open(directory: string, cwd: string): Promise<SourceFiles> {
    const absolute = path.resolve(cwd, directory);
    const entries = await listMonitorDirectory(absolute, directory);
    const real = await realpath(absolute);
    return new SourceFiles(absolute, real, await findWorkTree(real), entries, cwd);
  }

  /** Whether the monitor directory holds nothing, hidden files left out. */
  get isEmpty(): boolean {
    return this.#entries.every(({ name }) => name.startsWith('.'));
  }

  /** The names of the direct sub-folders in byte order, hidden ones left out. */
  async folders(): Promise<string[]> {
    const names = await Promise.all(
      this.#entries.map(async (entry) => {
        if (entry.name.startsWith('.')) return [];
        return (await this.#isFolder(entry)) ? [entry.name] : [];
      }),
    );
    return names.flat().sort(compareBytes);
  }

  /** The position that stands for a folder as a whole: the start of its index. */
  indexPosition(folder: string): SourcePosition {
    return { file: this.#typed(path.join(this.directory, folder, INDEX)), line: 1, column: 1 };
  }

  /**
   * The real path of a folder's `index.yaml`; undefined where there is none.
   *
   * @throws UserError `source-outside`, `unreadable-file` or `misnamed-index`.
   */
  async index(folder: string): Promise<string | undefined> {
    const position = this.indexPosition(folder);
    const file = path.join(this.directory, folder, INDEX);
    const real = await this.#bounded(() => realpath(file)).catch((cause: unknown) => {
      if (isMissing(cause)) return undefined;
      throw new UserError(`This file ${accessFault(cause)}.`, {
        code: 'unreadable-file',
        position,
      });
    });
    if (real === undefined) await this.#refuseMisnamed(folder);
    else this.#mustBeInside(real, 'This file', position);
    return real;
  }

  /** A namespace that is left out without a word would be missed too late. */
  async #refuseMisnamed(folder: string): Promise<void> {
    const file = path.join(this.directory, folder, MISNAMED_INDEX);
    const isThere = await this.#bounded(() => stat(file)).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere) return;
    throw new UserError(`This file is not read: a namespace is declared in ${quote(INDEX)}.`, {
      code: 'misnamed-index',
      position: { file: this.#typed(file), line: 1, column: 1 },
      hint: 'Rename it.',
    });
  }

  /**
   * The real path of the file that a source names.
   *
   * @param source A path as written, relative to the folder of `from`.
   * @param from The real path of the file that names it.
   * @param position Where it is named.
   * @throws UserError `source-not-found` or `source-outside`.
   */
  async resolve(source: string, from: string, position: SourcePosition): Promise<string> {
    const what = `The source ${quote(source)}`;
    const file = path.resolve(path.dirname(from), source);
    const real = await this.#bounded(() => realpath(file)).catch((cause: unknown) => {
      // What lies outside must not be told to exist or not to exist.
      this.#mustBeInside(file, what, position);
      throw new UserError(`${what} ${accessFault(cause)}.`, { code: 'source-not-found', position });
    });
    this.#mustBeInside(real, what, position);
    return real;
  }

  /**
   * Reads a file whose real path `index` or `resolve` gave.
   *
   * @returns Its text, or what is wrong with it, to end a sentence about it.
   */
  async read(real: string): Promise<{ readonly text: string } | { readonly fault: string }> {
    return await this.#bounded(async () => {
      const found = await stat(real);
      if (!found.isFile()) return { fault: 'is not a file' };
      if (found.size > FILE_SIZE_LIMIT_MIB * 1024 * 1024) {
        return { fault: `is larger than ${FILE_SIZE_LIMIT_MIB} MiB` };
      }
      const bytes = await readFile(real);
      if (!isUtf8(bytes)) return { fault: 'is not UTF-8 text' };
      return { text: bytes.toString('utf8').replace(BYTE_ORDER_MARK, '') };
    }).catch((cause: unknown) => ({ fault: accessFault(cause) }));
  }

  /** How a person would type a file's path, given its real path. */
  displayName(real: string): string {
    return isWithin(real, this.#realDirectory)
      ? this.#typed(path.join(this.directory, path.relative(this.#realDirectory, real)))
      : this.#typed(real);
  }

  async #isFolder(entry: Dirent): Promise<boolean> {
    if (!entry.isSymbolicLink()) return entry.isDirectory();
    const target = await stat(path.join(this.directory, entry.name)).catch(() => undefined);
    return target?.isDirectory() === true;
  }

  #typed(absolute: string): string {
    const relative = path.relative(this.#cwd, absolute);
    return relative.length < absolute.length ? relative : absolute;
  }

  #mustBeInside(file: string, what: string, position: SourcePosition): void {
    if (isWithin(file, this.#workTree ?? this.#realDirectory)) return;
    const root = this.#workTree === undefined ? 'the monitor directory' : 'the git work tree';
    throw new UserError(`${what} leads outside of ${root}.`, { code: 'source-outside', position });
  }
}

/** The nearest folder above that holds `.git` (a folder, or a file in a linked work tree). */
async function findWorkTree(folder: string): Promise<string | undefined> {
  const git = await stat(path.join(folder, '.git')).catch(() => undefined);
  if (git !== undefined) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findWorkTree(parent);
}

function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}
