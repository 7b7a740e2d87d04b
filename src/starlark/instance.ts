import { Wasi } from './wasi.ts';

const pageBytes = 65_536;
/** As told to the linker in `engine/build.rs`. */
const initialMemoryBytes = 8 * 1024 * 1024;

/** What the engine exports; the same as `engine/src/lib.rs`. */
interface Exports {
  _initialize(): void;
  prepare(size: number): number;
  evaluate(): number;
  response_size(): number;
}

/** What the engine asks while it runs. */
export interface Host {
  /** The statement at this byte of this file begins. */
  at(file: number, offset: number): void;
  /** Whether the program has had its time. */
  expired(): boolean;
}

/** The engine with a memory of its own. After a throw from `evaluate` it must not be used again. */
export class Instance {
  readonly memoryBytes: number;
  readonly #memory: WebAssembly.Memory;
  readonly #wasi: Wasi;
  readonly #exports: Exports;

  /** @param memoryBytes what the memory may grow to */
  constructor(engine: WebAssembly.Module, memoryBytes: number, host: Host) {
    this.memoryBytes = memoryBytes;
    this.#memory = new WebAssembly.Memory({
      initial: initialMemoryBytes / pageBytes,
      maximum: Math.floor(memoryBytes / pageBytes),
    });
    this.#wasi = new Wasi(this.#memory);
    const instance = new WebAssembly.Instance(engine, {
      env: { memory: this.#memory },
      host: { at: host.at, expired: () => (host.expired() ? 1 : 0) },
      wasi_snapshot_preview1: this.#wasi.imports,
    });
    this.#exports = instance.exports as unknown as Exports;
    this.#exports._initialize();
  }

  /** How much memory it has taken so far; it never gives any back. */
  get grownBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** What the engine said last about itself: why it aborted. */
  get stderr(): string {
    return this.#wasi.stderr;
  }

  /** Takes and gives JSON. Throws what WebAssembly throws when the engine aborts. */
  evaluate(request: string): string {
    const bytes = new TextEncoder().encode(request);
    const start = this.#exports.prepare(bytes.length);
    new Uint8Array(this.#memory.buffer, start, bytes.length).set(bytes);
    const response = this.#exports.evaluate();
    const size = this.#exports.response_size();
    return new TextDecoder().decode(new Uint8Array(this.#memory.buffer, response, size));
  }
}
