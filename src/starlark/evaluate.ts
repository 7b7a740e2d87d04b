import { availableParallelism } from 'node:os';
import { InternalError } from '../model/errors.ts';
import { errorOfEnding, errorOfFailure } from './describe.ts';
import type { Place } from './engine-worker.ts';
import { type Limits, minimumMemoryBytes } from './limits.ts';
import { createPool } from './pool.ts';
import type { ConstructorSpec, EngineRequest, EngineResponse } from './protocol.ts';
import type { StarlarkValue } from './value.ts';

/** The function that programs define. */
const entryFunction = 'main';
/** What the values of a program may take of all memory; the rest is the engine's and its garbage. */
const heapShare = 0.75;

/** One program to run. Only this decides the result: the same evaluation has the same result. */
export interface Evaluation {
  /** Every file that the program may load, by its path from the program's root: `lib/ports.star`. */
  readonly files: ReadonlyMap<string, string>;
  /** The path of the file that defines `main`. */
  readonly entry: string;
  /** The functions that make opaque values. */
  readonly constructors: readonly ConstructorSpec[];
  /** What `main`'s argument knows: `{name: 'x'}` makes `ctx.name()`; null for what has no value. */
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly limits: Limits;
}

/** What came of it. */
export interface EvaluationResult {
  /** What `main` returned. */
  readonly value: StarlarkValue;
  /** The inputs that the program asked for; with others it would have had the same result. */
  readonly asked: readonly string[];
  /** What it printed, cut at 64 KiB. */
  readonly output: string;
}

/** Runs Starlark programs, several at once, each shut off from everything. */
export interface Starlark {
  /**
   * Runs a program.
   * @throws StarlarkError when the program is wrong or goes beyond a limit
   */
  evaluate(evaluation: Evaluation): Promise<EvaluationResult>;
  /** Ends the worker threads. Not needed for the process to end: idle ones do not keep it. */
  close(): Promise<void>;
}

/** @param options.workers how many programs run at once; as many as there are processors if left out */
export function createStarlark(options: { readonly workers?: number } = {}): Starlark {
  const pool = createPool(options.workers ?? availableParallelism());
  return {
    evaluate: async (evaluation) => {
      const { memoryBytes, timeoutMs } = evaluation.limits;
      if (memoryBytes < minimumMemoryBytes) {
        throw new InternalError(`memoryBytes must be at least ${minimumMemoryBytes}`);
      }
      const job = { request: writeRequest(evaluation), memoryBytes, timeoutMs };
      return pool.use(async (worker) => {
        const ending = await worker.run(job);
        if (ending.type !== 'response') throw errorOfEnding(ending, worker.place, evaluation);
        return readResponse(ending.response, worker.place, evaluation);
      });
    },
    close: () => pool.close(),
  };
}

function writeRequest(evaluation: Evaluation): string {
  const { files, entry, constructors, inputs, limits } = evaluation;
  const request: EngineRequest = {
    files: [...files].map(([path, text]) => ({ path, text })),
    entry,
    function: entryFunction,
    constructors,
    inputs,
    limits: { steps: limits.steps, heapBytes: Math.floor(limits.memoryBytes * heapShare) },
  };
  return JSON.stringify(request);
}

function readResponse(text: string, place: Place, evaluation: Evaluation): EvaluationResult {
  const { value, error, asked, output }: EngineResponse = JSON.parse(text);
  if (error !== undefined) throw errorOfFailure(error, output, place, evaluation);
  if (value === undefined) throw new InternalError('the Starlark engine answered with nothing');
  return { value, asked, output };
}
