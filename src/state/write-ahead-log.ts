import fs from 'node:fs';

/**
 * Syncs a SQLite file's write-ahead log to the disk. The driver's own sync is a system call of
 * milliseconds in which nothing else happens: no answer of a cluster is read.
 */
export class WriteAheadLog {
  readonly #path: string;
  #descriptor: number | undefined;
  #underWay: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** @param path of the database; the log is the file that SQLite keeps beside it while it is open */
  constructor(path: string) {
    // SQLite follows links, and so its log is beside what they lead to.
    this.#path = `${fs.realpathSync(path)}-wal`;
  }

  /**
   * A system tells once that it could not write. What was committed then is lost with a power cut, and
   * with it all that would be committed after it: so nothing may be.
   *
   * @throws what the first sync that failed did
   */
  assertSound(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves when everything that was committed before survives a power cut. */
  async sync(): Promise<void> {
    const descriptor = this.#open();
    this.#underWay = new Promise((resolve, reject) => {
      fs.fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
    await this.#underWay.catch((error) => this.#fail(error));
  }

  /** Returns when everything that was committed before survives a power cut. */
  syncNow(): void {
    const descriptor = this.#open();
    try {
      fs.fdatasyncSync(descriptor);
    } catch (error) {
      this.#fail(error);
    }
  }

  async close(): Promise<void> {
    await this.#underWay?.catch(() => undefined);
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    // Windows syncs only what is open for writing.
    this.#descriptor ??= fs.openSync(this.#path, 'r+');
    return this.#descriptor;
  }

  #fail(error: unknown): never {
    this.#failure = { error };
    throw error;
  }
}
