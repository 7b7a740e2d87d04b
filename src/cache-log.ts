import { hash } from 'node:crypto';
import { appendFileSync, renameSync } from 'node:fs';
import { CACHE_FILE_MODE, readCacheFile, tryInFolder } from './cache-file.ts';

/** A file is read whole and checked, which takes twenty to forty milliseconds for so much. */
const GENERATION_BYTES = 4 * 1024 * 1024;

/** What a file of a log held. */
interface Generation {
  readonly entries: Map<string, Buffer>;
  /** How much of the file could be read. */
  bytes: number;
  /** Whether something stood there that could not, such as half an entry of a process that was killed. */
  readonly isBroken: boolean;
}

/**
 * Keeps many small things by name from one command to the next, in one file: as a file of its own each
 * would cost the file system more than all the rest of reading and writing it.
 *
 * Things are only ever added at the end, so that several processes may write at once; the last of a name
 * counts. A file of which a command uses less than half becomes the old one when it is too large. What is found
 * there is kept again, so what no command has used for long is forgotten. Nothing is believed that is not
 * whole, nor what comes after it. A log only saves work: where it cannot be read or written, it is done
 * without.
 */
export class CacheLog {
  readonly #path: string;
  #current: Generation | undefined;
  /** The newest first. */
  #older: Generation[] | undefined;
  #usedBytes = 0;
  #hasWritten = false;

  /** @param path of the file; the old one lies beside it */
  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept last under a name; undefined where nothing is. */
  read(name: string): Buffer | undefined {
    const kept = this.#open().entries.get(name);
    this.#usedBytes += kept?.length ?? 0;
    if (kept !== undefined) return kept;
    this.#older ??= [readGeneration(oldOf(this.#path))];
    const old = this.#older.find(({ entries }) => entries.has(name))?.entries.get(name);
    if (old !== undefined) this.#add(name, old);
    return old;
  }

  /** Keeps something; it should be small, for it stays in memory. */
  write(name: string, content: Uint8Array): void {
    // Once, for a new file may not be to be had, and to find that out the old one is read again.
    if (!this.#hasWritten && this.#isOver(this.#open())) this.#turnOver();
    this.#hasWritten = true;
    this.#add(name, Buffer.from(content));
  }

  #add(name: string, content: Buffer): void {
    const current = this.#open();
    const entry = entryOf(name, content);
    // Behind what cannot be read nothing would be found again.
    if (!current.isBroken) current.bytes += tryToAppend(this.#path, entry);
    current.entries.set(name, content);
    this.#usedBytes += content.length;
  }

  #open(): Generation {
    this.#current ??= readGeneration(this.#path);
    return this.#current;
  }

  #isOver({ isBroken, bytes }: Generation): boolean {
    return isBroken || (bytes > GENERATION_BYTES && bytes > 2 * this.#usedBytes);
  }

  /** Begins a new file, unless another process has done so, or was just writing what seemed broken. */
  #turnOver(): void {
    const today = readGeneration(this.#path);
    const before = [this.#open(), ...(this.#older ?? [])];
    if (!this.#isOver(today)) {
      this.#current = today;
      this.#older = before;
      return;
    }
    try {
      renameSync(this.#path, oldOf(this.#path));
    } catch {
      return;
    }
    this.#current = { entries: new Map(), bytes: 0, isBroken: false };
    this.#older = [today, ...before];
  }
}

function oldOf(path: string): string {
  return `${path}.old`;
}

/** `LENGTH SHA256`, of what follows: the name, and from the next line on the content. */
function entryOf(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), content]);
  return Buffer.concat([Buffer.from(`${named.length} ${hash('sha256', named)}\n`), named]);
}

/**
 * In one call, between whose bytes no other process' come.
 * @returns how much was added; nothing where it could not be
 */
function tryToAppend(path: string, entry: Buffer): number {
  const append = () => appendFileSync(path, entry, { mode: CACHE_FILE_MODE });
  return tryInFolder(path, append) ? entry.length : 0;
}

function readGeneration(path: string): Generation {
  const entries = new Map<string, Buffer>();
  const file = readCacheFile(path) ?? Buffer.alloc(0);
  let at = 0;
  while (at < file.length) {
    const entry = readEntry(file, at);
    if (entry === undefined) break;
    entries.set(entry.name, entry.content);
    at = entry.end;
  }
  return { entries, bytes: at, isBroken: at < file.length };
}

/** A length of up to nine digits, a checksum and the end of the line. */
const HEADER = /^(\d{1,9}) ([0-9a-f]{64})\n/;
const HEADER_BYTES = 75;

/** The entry that begins at an offset; undefined where there is none that is whole. */
function readEntry(file: Buffer, at: number) {
  const header = HEADER.exec(file.toString('latin1', at, at + HEADER_BYTES));
  if (header === null) return undefined;
  const [line, bytes, sha256] = header;
  const begin = at + line.length;
  const end = begin + Number(bytes);
  const named = file.subarray(begin, end);
  const endOfName = named.indexOf('\n');
  if (named.length !== Number(bytes) || endOfName < 0) return undefined;
  if (hash('sha256', named) !== sha256) return undefined;
  return {
    name: named.toString('utf8', 0, endOfName),
    content: named.subarray(endOfName + 1),
    end,
  };
}
