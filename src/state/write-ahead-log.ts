import { type FileHandle, open } from 'node:fs/promises';

/**
 * Syncs a SQLite file's write-ahead log to the disk while the program goes on. The driver's own sync
 * is a system call of milliseconds in which nothing else happens: no answer of a cluster is read.
 */
export class WriteAheadLog {
  readonly #path: string;
  #handle: Promise<FileHandle> | undefined;

  /** @param path of the database; the log is the file that SQLite keeps beside it while it is open */
  constructor(path: string) {
    this.#path = `${path}-wal`;
  }

  /** Resolves when everything that was committed before survives a power cut. */
  async sync(): Promise<void> {
    // Windows syncs only what is open for writing.
    this.#handle ??= open(this.#path, 'r+');
    await (await this.#handle).datasync();
  }

  async close(): Promise<void> {
    await (await this.#handle?.catch(() => undefined))?.close();
    this.#handle = undefined;
  }
}
