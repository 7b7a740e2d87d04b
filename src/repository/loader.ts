import type { Located } from '../model/declaration.ts';
import { InternalError, UserError } from '../model/errors.ts';
import type { SourcePosition } from '../model/position.ts';
import type { SisyphusDocument } from './document.ts';
import type { ReadObjects } from './objects.ts';
import type { RememberedFiles } from './remembered-files.ts';
import type { SourceFiles } from './source-files.ts';

/** A source as it was found. */
export interface Link {
  /** As written. */
  readonly source: string;
  /** Where it is named. */
  readonly position: SourcePosition;
  /** The real path of its file, or why it cannot be used. */
  readonly target: string | UserError;
}

/** A document and where its sources lead, in their order. */
export interface LinkedDocument extends SisyphusDocument {
  readonly links: readonly Link[];
}

/**
 * Reads files and all that they name, in parallel, each file once. It knows nothing of folders and
 * follows cycles no further than once around; what belongs together is for the walk afterwards.
 */
export class Loader {
  readonly #sisyphusFiles = new Map<string, readonly LinkedDocument[]>();
  readonly #objectsFiles = new Map<string, ReadObjects>();
  readonly #faults = new Map<string, string>();
  readonly #started = new Set<string>();
  readonly #files: SourceFiles;
  readonly #remembered: RememberedFiles;

  constructor(files: SourceFiles, remembered: RememberedFiles) {
    this.#files = files;
    this.#remembered = remembered;
  }

  /** Reads the Sisyphus documents of a file and everything below them, by the file's real path. */
  async load(file: string): Promise<void> {
    if (!this.#begin(file, 'sisyphus')) return;
    const text = await this.#read(file);
    const documents = this.#remembered.sisyphusFile(text, this.#files.displayName(file));
    const linked = documents.map(async (document) => ({
      ...document,
      links: await Promise.all(document.sources.map((s) => this.#follow(s, file, document.kind))),
    }));
    this.#sisyphusFiles.set(file, await Promise.all(linked));
  }

  /** The documents of a file, by its real path, once all of `load` is done. */
  sisyphusFile(file: string): readonly LinkedDocument[] {
    return loaded(this.#sisyphusFiles, file);
  }

  /** The Kubernetes objects of a file, by its real path, once all of `load` is done. */
  objectsFile(file: string): ReadObjects {
    return loaded(this.#objectsFiles, file);
  }

  /** Why a file could not be read, to end a sentence about it; undefined where it could. */
  fault(file: string): string | undefined {
    return this.#faults.get(file);
  }

  async #loadObjects(file: string): Promise<void> {
    if (!this.#begin(file, 'objects')) return;
    const text = await this.#read(file);
    this.#objectsFiles.set(file, this.#remembered.objectsFile(text, this.#files.displayName(file)));
  }

  async #follow(
    { value, position }: Located<string>,
    from: string,
    kind: SisyphusDocument['kind'],
  ): Promise<Link> {
    const target = await this.#files.resolve(value, from, position).catch(expectUserError);
    if (typeof target === 'string') {
      await (kind === 'SisyphusYaml' ? this.load(target) : this.#loadObjects(target));
    }
    return { source: value, position, target };
  }

  #begin(file: string, purpose: string): boolean {
    const key = `${purpose}|${file}`;
    const isNew = !this.#started.has(key);
    this.#started.add(key);
    return isNew;
  }

  /** A file's text; empty with a fault noted where it cannot be read. */
  async #read(file: string): Promise<string> {
    const read = await this.#files.read(file);
    if ('text' in read) return read.text;
    this.#faults.set(file, read.fault);
    return '';
  }
}

function loaded<T>(files: ReadonlyMap<string, T>, file: string): T {
  const found = files.get(file);
  if (found === undefined) throw new InternalError(`The file ${file} was not loaded.`);
  return found;
}

/** Turns the users' mistakes into values, so that one does not hide the others. */
export function expectUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}
