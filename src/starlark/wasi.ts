const success = 0;
const maxStderrChars = 2_000;

/**
 * The few functions of WASI preview 1 that the engine imports, for a world where nothing happens:
 * the clock stands still, random bytes are zero, there are no variables and no files. `node:wasi`
 * would do more, and takes the process down when the module runs out of memory.
 *
 * What the engine writes to standard error, which is why it aborts, is kept in `stderr`.
 */
export class Wasi {
  stderr = '';
  readonly #memory: WebAssembly.Memory;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** The import object's `wasi_snapshot_preview1`. */
  get imports(): WebAssembly.ModuleImports {
    return {
      clock_time_get: (_clock: number, _precision: bigint, time: number) => {
        this.#view().setBigUint64(time, 0n, true);
        return success;
      },
      environ_get: () => success,
      environ_sizes_get: (count: number, size: number) => {
        this.#view().setUint32(count, 0, true);
        this.#view().setUint32(size, 0, true);
        return success;
      },
      fd_write: (_file: number, parts: number, count: number, written: number) =>
        this.#write(parts, count, written),
      proc_exit: (code: number) => {
        throw new Error(`the engine exited with code ${code}`);
      },
      random_get: (start: number, size: number) => {
        new Uint8Array(this.#memory.buffer, start, size).fill(0);
        return success;
      },
    };
  }

  #write(parts: number, count: number, written: number): number {
    const view = this.#view();
    let total = 0;
    for (let i = 0; i < count; i++) {
      const start = view.getUint32(parts + 8 * i, true);
      const size = view.getUint32(parts + 8 * i + 4, true);
      const bytes = new Uint8Array(this.#memory.buffer, start, size);
      this.stderr = (this.stderr + new TextDecoder().decode(bytes)).slice(0, maxStderrChars);
      total += size;
    }
    view.setUint32(written, total, true);
    return success;
  }

  #view(): DataView {
    return new DataView(this.#memory.buffer);
  }
}
