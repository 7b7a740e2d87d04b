import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file is read whole, in some ten milliseconds. What was kept in it grows old when it is as long. */
const GENERATION_BYTES = 8 * 1024 * 1024;

/** What stands before each thing in a log, as a line of JSON. */
interface Header {
  readonly name: string;
  readonly bytes: number;
  /** Of name and content. */
  readonly sha256: string;
}

/** What a file of a log held. */
interface Generation {
  readonly entries: Map<string, Buffer>;
  /** How much of it could be read. */
  bytes: number;
  /** Whether something stood there that could not, such as half an entry of a process that was killed. */
  readonly isBroken: boolean;
}

/**
 * Keeps many small things by name from one command to the next, in one file: as a file of its own each
 * would cost the file system more than all the rest of reading and writing it.
 *
 * Things are only ever added at the end, so that several processes may write at once; the last of a name
 * counts. A file that has grown too large becomes the old one, in which is still looked, and what is found
 * there is kept again: so what has not been used for long is forgotten. Nothing is believed that is not
 * whole, nor what comes after it. A log only saves work: where it cannot be read or written, it is done
 * without.
 */
export class CacheLog {
  readonly #path: string;
  #current: Generation | undefined;
  #old: Generation | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept last under a name; undefined where nothing is. */
  read(name: string): Buffer | undefined {
    const kept = this.#open().entries.get(name);
    if (kept !== undefined) return kept;
    this.#old ??= readGeneration(oldOf(this.#path));
    const old = this.#old.entries.get(name);
    if (old !== undefined) this.write(name, old);
    return old;
  }

  /** Keeps something; it should be small, for it stays in memory. */
  write(name: string, content: Uint8Array): void {
    const bytes = Buffer.from(content);
    const header: Header = { name, bytes: bytes.length, sha256: checksum(name, bytes) };
    const entry = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]);
    const current = this.#open();
    try {
      if (current.isBroken || current.bytes > GENERATION_BYTES) this.#turnOver();
      append(this.#path, entry);
      this.#open().bytes += entry.length;
    } catch {
      // Another command will do the work again.
    }
    this.#open().entries.set(name, bytes);
  }

  #open(): Generation {
    this.#current ??= readGeneration(this.#path);
    return this.#current;
  }

  #turnOver(): void {
    renameSync(this.#path, oldOf(this.#path));
    this.#old = this.#current;
    this.#current = { entries: new Map(), bytes: 0, isBroken: false };
  }
}

function oldOf(path: string): string {
  return `${path}.old`;
}

/** In one call, which no other process' can come between. The folder is there but for the first time. */
function append(path: string, entry: Uint8Array): void {
  const write = () => appendFileSync(path, entry, { mode: 0o600 });
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    write();
  }
}

function readGeneration(path: string): Generation {
  const entries = new Map<string, Buffer>();
  const content = tryToRead(path);
  let at = 0;
  while (at < content.length) {
    const entry = readEntry(content, at);
    if (entry === undefined) break;
    entries.set(entry.name, entry.content);
    at = entry.end;
  }
  return { entries, bytes: at, isBroken: at < content.length };
}

function tryToRead(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** The entry that begins at an offset; undefined where there is none that is whole. */
function readEntry(file: Buffer, at: number) {
  const endOfHeader = file.indexOf('\n', at);
  if (endOfHeader < 0) return undefined;
  const header = parseHeader(file.toString('utf8', at, endOfHeader));
  if (header === undefined) return undefined;
  const { name, bytes, sha256 } = header;
  const end = endOfHeader + 1 + bytes;
  const content = file.subarray(endOfHeader + 1, end);
  if (content.length !== bytes || checksum(name, content) !== sha256) return undefined;
  return { name, content, end };
}

function parseHeader(line: string): Header | undefined {
  try {
    const { name, bytes, sha256 } = JSON.parse(line) as Partial<Header>;
    const isHeader = typeof name === 'string' && Number.isSafeInteger(bytes) && Number(bytes) >= 0;
    return isHeader ? { name, bytes: Number(bytes), sha256: String(sha256) } : undefined;
  } catch {
    return undefined;
  }
}

function checksum(name: string, content: Uint8Array): string {
  return createHash('sha256').update(name).update('\n').update(content).digest('hex');
}
