import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/**
 * Syncs a SQLite file's write-ahead log to the disk. The driver's own sync is a system call of
 * milliseconds in which nothing else happens: no answer of a cluster is read.
 */
export class WriteAheadLog {
  readonly #path: string;
  #descriptor: number | undefined;

  /** @param path of the database; the log is the file that SQLite keeps beside it while it is open */
  constructor(path: string) {
    this.#path = `${path}-wal`;
  }

  /** Resolves when everything that was committed before survives a power cut. */
  async sync(): Promise<void> {
    await sync(this.#open());
  }

  /** Returns when everything that was committed before survives a power cut. */
  syncNow(): void {
    fdatasyncSync(this.#open());
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    // Windows syncs only what is open for writing.
    this.#descriptor ??= openSync(this.#path, 'r+');
    return this.#descriptor;
  }
}
