import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeCacheFile } from '../cache-file.ts';
import type { UserError } from '../model/errors.ts';
import type { Manifest } from '../model/object.ts';
import { build } from '../version.ts';
import { readSisyphusFile, type SisyphusDocument } from './document.ts';
import { type LocatedObject, type ReadObjects, readObjectsFile } from './objects.ts';

/** What one file held when it was read. */
interface Memory {
  /** Of its text. */
  readonly digest: string;
  readonly content: unknown;
}

/** By what a file was read for, and its name. */
type Memories = Record<string, Memory>;

/** Where and for whom it is remembered what files held. */
export interface MemoryOptions {
  /** Without it nothing is remembered. */
  readonly cacheDirectory?: string | undefined;
  /**
   * Which code reads: another one may read the same text in another way. Without it nothing is
   * remembered either; by default it is this program's build, unless that is of no clean commit.
   */
  readonly program?: string | undefined;
}

/** A directory that was not read for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000;

/**
 * Reads YAML files, and remembers from one command to the next what they held: parsing text with the
 * position of everything in it is the larger part of a plan that has nothing to do. A file is known
 * again by name and content. What has mistakes is read anew, and so is what may hold a Secret's values,
 * which are nobody's to keep.
 */
export class RememberedFiles {
  readonly #path: string | undefined;
  readonly #known: Memories;
  readonly #used: Memories = {};
  #isNew = false;

  private constructor(path: string | undefined, known: Memories) {
    this.#path = path;
    this.#known = known;
  }

  /**
   * @param directory the monitor directory, absolute
   * @param cwd from where positions name files, as what is remembered does
   */
  static async open(
    directory: string,
    cwd: string,
    { cacheDirectory, program = cleanBuild() }: MemoryOptions,
  ): Promise<RememberedFiles> {
    if (cacheDirectory === undefined || program === undefined) {
      return new RememberedFiles(undefined, {});
    }
    const name = `${digestOf(JSON.stringify([program, directory, cwd]))}.json`;
    const path = join(cacheDirectory, 'repositories', name);
    return new RememberedFiles(path, await readMemories(path));
  }

  /** The Sisyphus documents in a file's text. @param name as positions name the file */
  sisyphusFile(text: string, name: string): readonly SisyphusDocument[] {
    const read = () => readSisyphusFile(text, name);
    return this.#read(`sisyphus ${name}`, text, read, (documents) => documents.every(isKeepable));
  }

  /** The Kubernetes objects in a file's text. @param name as positions name the file */
  objectsFile(text: string, name: string): ReadObjects {
    return this.#read(`objects ${name}`, text, () => readObjectsFile(text, name), isKeepable);
  }

  /** Keeps what was read this time, and nothing else, for the next command. */
  async save(): Promise<void> {
    const isLess = Object.keys(this.#used).length < Object.keys(this.#known).length;
    if (this.#path === undefined || !(this.#isNew || isLess)) return;
    const content = toText(this.#used);
    if (content !== undefined) writeCacheFile(this.#path, content);
    await forgetOld(dirname(this.#path));
  }

  #read<T>(key: string, text: string, read: () => T, mayKeep: (content: T) => boolean): T {
    const digest = digestOf(text);
    const known = this.#known[key];
    if (known?.digest === digest) {
      this.#used[key] = known;
      return known.content as T;
    }
    const content = read();
    if (!SECRETIVE.test(text) && mayKeep(content)) {
      this.#used[key] = { digest, content };
      this.#isNew = true;
    }
    return content;
  }
}

/** Words that stand where values of a Secret may. A reference to one holds none. */
const SECRETIVE = /secret(?!KeyRef)|stringData/i;

interface Content {
  readonly errors: readonly UserError[];
  readonly objects: readonly LocatedObject[];
}

/** `data` may be a Secret's of which the kind is misspelt, or written with escapes. */
function isKeepable({ errors, objects }: Content): boolean {
  const mayHoldValues = ({ kind, data }: Manifest) =>
    /secret/i.test(kind) || (data !== undefined && kind !== 'ConfigMap');
  return errors.length === 0 && !objects.some(({ value }) => mayHoldValues(value));
}

/** Two builds of one commit are the same program; others may be anything. */
function cleanBuild(): string | undefined {
  const { version, commit } = build;
  return /^[0-9a-f]{12}$/.test(commit) ? `${version} ${commit}` : undefined;
}

/** JSON after its digest, so that what was damaged is not believed; undefined for what is too much. */
function toText(memories: Memories): string | undefined {
  try {
    const json = JSON.stringify(memories);
    return `${digestOf(json)}\n${json}`;
  } catch {
    return undefined;
  }
}

async function readMemories(path: string): Promise<Memories> {
  try {
    const text = await readFile(path, 'utf8');
    const end = text.indexOf('\n');
    const json = text.slice(end + 1);
    return digestOf(json) === text.slice(0, end) ? (JSON.parse(json) as Memories) : {};
  } catch {
    return {};
  }
}

/** Best effort: a file that stays costs a little of the disk. */
async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const path of names.map((name) => join(folder, name))) {
    const { mtimeMs = Date.now() } = (await stat(path).catch(() => undefined)) ?? {};
    if (Date.now() - mtimeMs > FORGOTTEN_AFTER_MS) await rm(path, { force: true }).catch(() => {});
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
