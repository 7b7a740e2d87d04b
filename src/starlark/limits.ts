/** What a program may use. */
export interface Limits {
  /** Function calls and rounds of loops; checked every thousand. */
  readonly steps: number;
  /** All memory of the engine while it runs the program, itself included (about 10 MiB). */
  readonly memoryBytes: number;
  /** Wall-clock time of the evaluation alone, without waiting for a free worker. */
  readonly timeoutMs: number;
}

const mebibyte = 1024 * 1024;

/** Far above what a program for flags and ports takes (some 100 steps, 10 MiB, 2 ms). */
export const defaultLimits: Limits = {
  steps: 10_000_000,
  memoryBytes: 256 * mebibyte,
  timeoutMs: 10_000,
};

/** What each limit is called where a person sets it, without the dashes of a flag. */
export const limitNames: Readonly<Record<keyof Limits, string>> = {
  steps: 'starlark-steps',
  memoryBytes: 'starlark-memory',
  timeoutMs: 'starlark-timeout',
};

/** Below this the engine does not start. */
export const minimumMemoryBytes = 16 * mebibyte;
