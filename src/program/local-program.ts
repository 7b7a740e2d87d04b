import { readFile, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { UserError } from '../model/errors.ts';

/** A program in a folder of this machine, as it would lie in a config image. */
export interface LocalProgram {
  /** The entry file and all that it loads, by path from the root: `lib/ports.star`. */
  readonly files: ReadonlyMap<string, string>;
  /** The file that defines `main`, a key of `files`. */
  readonly entry: string;
  /** Every file that was looked for, there or not. */
  readonly looked: readonly string[];
}

/** Where a program is. */
export interface LocalProgramPlace {
  /** The file that defines `main`. */
  readonly file: string;
  /** The folder that `//` stands for in its `load` statements. */
  readonly root: string;
}

/** What hides a `load` that is none: a comment, a string. A string may go over lines only with three quotes. */
const HIDING = /#[^\n]*|("""|''')(?:\\[\s\S]|[^\\])*?\1|(["'])(?:\\[\s\S]|[^\\\n])*?\2/;
/** The path in a `load` statement, or what comes before one and is none. */
const LOAD = new RegExp(
  `${HIDING.source}|\\bload\\s*\\(\\s*(?:#[^\\n]*\\n\\s*)*r?("""|'''|"|')(?<path>[^\\n]*?)\\3`,
  'g',
);

/**
 * Reads a program and, instead of a whole folder that may be large, only what it loads. A file that is
 * loaded and not there is left to the evaluation, which knows the line.
 *
 * @throws UserError `no-program`, `outside-config-root`, `not-utf8`
 */
export async function openLocalProgram({ file, root }: LocalProgramPlace): Promise<LocalProgram> {
  const fileOf = (path: string) => resolve(root, path);
  const { looked, ...program } = await readProgram(entryOf(file, root), fileOf);
  return { ...program, looked: looked.map(fileOf) };
}

/**
 * Reads a program and what it loads.
 *
 * @param entry the path of the file that defines `main`, from the root
 * @param fileOf where the file of a path is; undefined where there is none
 * @returns the program, and every path that was looked for
 * @throws UserError `no-program`, `not-utf8`
 */
export async function readProgram(
  entry: string,
  fileOf: (path: string) => string | undefined,
): Promise<LocalProgram> {
  const files = new Map<string, string>();
  const wanted = new Set([entry]);
  // A set gives what is added while it is walked as well.
  for (const path of wanted) {
    const file = fileOf(path);
    const text = file === undefined ? undefined : await readText(file);
    if (text === undefined) continue;
    files.set(path, text);
    for (const loaded of loadsOf(path, text)) wanted.add(loaded);
  }
  if (!files.has(entry)) {
    throw new UserError(`there is no file ${fileOf(entry) ?? entry}`, {
      code: 'no-program',
      hint: 'expected the Starlark file that defines main',
    });
  }
  return { files, entry, looked: [...wanted] };
}

/**
 * What `//` stands for unless a person says it: the current folder where the file is inside it, else the
 * work tree that it belongs to, else its own folder.
 */
export async function defaultRoot(file: string): Promise<string> {
  const current = resolve('.');
  const path = resolve(file);
  if (isInside(path, current)) return current;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((await stat(join(folder, '.git')).catch(() => undefined)) !== undefined) return folder;
  }
  return dirname(path);
}

function isInside(path: string, root: string): boolean {
  return relative(root, path).split(sep)[0] !== '..';
}

function entryOf(file: string, root: string): string {
  const path = resolve(file);
  if (isInside(path, root)) return relative(root, path).split(sep).join('/');
  throw new UserError(`${file} is not inside the config root ${root}`, {
    code: 'outside-config-root',
    hint: 'name the folder that // stands for in load statements with --config-root',
  });
}

/** What a file's `load` statements mean; what leads out of the root is left to the evaluation. */
function loadsOf(path: string, text: string): string[] {
  return [...text.matchAll(LOAD)].flatMap(({ groups: { path: target } = {} }) => {
    if (target === undefined) return [];
    const loaded = target.startsWith('//')
      ? posix.normalize(target.slice(2))
      : posix.join(posix.dirname(path), target);
    return loaded.startsWith('../') || loaded.startsWith('/') ? [] : [loaded];
  });
}

async function readText(path: string): Promise<string | undefined> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (cause) {
    throw new UserError(`${path} cannot be read as UTF-8 text`, { code: 'not-utf8', cause });
  }
}
