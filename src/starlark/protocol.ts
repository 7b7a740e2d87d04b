import type { ProgramPosition, StarlarkValue } from './value.ts';

/** What the engine reads; the same as `engine/src/request.rs`. */
export interface EngineRequest {
  readonly files: readonly EngineFile[];
  readonly entry: string;
  readonly goal: Goal;
  readonly constructors: readonly ConstructorSpec[];
  readonly testingConstructors?: readonly ConstructorSpec[];
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly limits: { readonly steps: number; readonly heapBytes: number };
}

/** One file of a program. */
interface EngineFile {
  readonly path: string;
  readonly text: string;
  readonly testing: boolean;
}

/** What is wanted of a program. */
export type Goal =
  /** The functions that the entry file defines, the named one among them. */
  | { readonly type: 'look'; readonly function: string | null }
  /** What a function returns for the inputs. */
  | { readonly type: 'call'; readonly function: string }
  /** What a function without parameters returns. */
  | { readonly type: 'test'; readonly function: string };

/** A function that programs can call to make an opaque value. */
export interface ConstructorSpec {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly required?: boolean }[];
  /** Whether arguments must be named. */
  readonly keywordOnly: boolean;
}

/** What the engine answers; the same as `engine/src/response.rs`. */
export interface EngineResponse {
  /** For each goal the one or the other. */
  readonly value?: StarlarkValue;
  readonly functions?: readonly string[];
  readonly error?: Failure;
  readonly asked: readonly string[];
  readonly output: string;
}

/** What stopped a program; the same as `engine/src/limits.rs`. */
export type Stop =
  | 'steps'
  | 'memory'
  | 'time'
  | 'call-depth'
  /** The text or a value is nested too deeply for the stack. */
  | 'nesting'
  | 'result-depth'
  | 'result-size';

/** Why the engine has no value; the same as `engine/src/failure.rs`. */
export interface Failure {
  readonly kind: 'parse' | 'load' | 'no-main' | 'runtime' | 'limit' | 'result' | 'request';
  /** Only with the kind `limit`. */
  readonly limit?: Stop;
  readonly message: string;
  readonly at?: ProgramPosition;
  readonly frames: readonly Frame[];
}

/** One line of a back-trace; `function` is null for the statements of a file. */
export interface Frame {
  readonly function: string | null;
  readonly at: ProgramPosition;
}

/** What the pool asks of a worker. */
export interface Job {
  /** An {@link EngineRequest} as JSON. */
  readonly request: string;
  readonly memoryBytes: number;
  readonly timeoutMs: number;
}

/** How a job ended. */
export type Reply =
  /** With an {@link EngineResponse} as JSON. */
  | { readonly type: 'response'; readonly response: string }
  /** The engine broke off in the middle of an operation. */
  | { readonly type: 'trap'; readonly cause: TrapCause; readonly message: string };

/** `crash` is what should not happen; `message` then says more. */
export type TrapCause = (Stop & ('memory' | 'nesting')) | 'crash';

/** What a worker gets when it starts. */
export interface WorkerData {
  readonly engine: WebAssembly.Module;
  /** Shared with the pool: the index of the file and the byte in it where the program is now. */
  readonly place: Int32Array;
}
