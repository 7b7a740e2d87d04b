import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCacheFile } from '../cache-file.ts';
import type { UserError } from '../model/errors.ts';
import { isJsonObject } from '../model/json.ts';
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

/**
 * Reads YAML files, and remembers from one command to the next what they held: parsing text with the
 * position of everything in it is the larger part of a plan that has nothing to do. A file is known
 * again by name and content. What has mistakes is read anew, and so is what holds a Secret, whose values
 * are nobody's to keep.
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
   * @param cacheDirectory where the memory is kept; without it nothing is remembered
   */
  static async open(
    directory: string,
    cacheDirectory: string | undefined,
  ): Promise<RememberedFiles> {
    if (cacheDirectory === undefined) return new RememberedFiles(undefined, {});
    const program = `${build.version}-${build.commit}`;
    const path = join(cacheDirectory, `repositories-${program}`, `${digestOf(directory)}.json`);
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
    await writeCacheFile(this.#path, JSON.stringify(this.#used));
  }

  #read<T>(key: string, text: string, read: () => T, mayKeep: (content: T) => boolean): T {
    const digest = digestOf(text);
    const known = this.#known[key];
    if (known?.digest === digest) {
      this.#used[key] = known;
      return known.content as T;
    }
    const content = read();
    if (mayKeep(content)) {
      this.#used[key] = { digest, content };
      this.#isNew = true;
    }
    return content;
  }
}

/** A Secret that is misspelt holds values all the same. */
function isKeepable({
  errors,
  objects,
}: {
  readonly errors: readonly UserError[];
  readonly objects: readonly LocatedObject[];
}): boolean {
  return errors.length === 0 && !objects.some(({ value }) => /secret/i.test(value.kind));
}

async function readMemories(path: string): Promise<Memories> {
  try {
    const memories: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isJsonObject(memories) ? (memories as unknown as Memories) : {};
  } catch {
    return {};
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
