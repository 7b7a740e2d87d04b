import { availableParallelism } from 'node:os';
import { InternalError } from '../model/errors.ts';
import { errorOfEnding, errorOfFailure } from './describe.ts';
import { type Limits, minimumMemoryBytes } from './limits.ts';
import { createPool } from './pool.ts';
import type { ConstructorSpec, EngineRequest, EngineResponse, Goal } from './protocol.ts';
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
  /** The files that are there to test others: only these know `assert`, `ctx` and more constructors. */
  readonly testing?: {
    readonly files: ReadonlySet<string>;
    readonly constructors: readonly ConstructorSpec[];
  };
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

/**
 * Runs Starlark programs, several at once, each shut off from everything. All of it throws StarlarkError
 * when the program is wrong or goes beyond a limit.
 */
export interface Starlark {
  /** Calls `main`. */
  evaluate(evaluation: Evaluation): Promise<EvaluationResult>;
  /** Calls a function of the entry file that has no parameters. */
  test(evaluation: Evaluation, name: string): Promise<EvaluationResult>;
  /** Evaluates the files and calls nothing, but makes sure that there is a `main`. */
  check(evaluation: Evaluation): Promise<void>;
  /** The functions that the entry file defines, in their order. */
  functions(evaluation: Evaluation): Promise<readonly string[]>;
  /** Ends the worker threads. Not needed for the process to end: idle ones do not keep it. */
  close(): Promise<void>;
}

/** @param options.workers how many programs run at once; as many as there are processors if left out */
export function createStarlark(options: { readonly workers?: number } = {}): Starlark {
  const pool = createPool(options.workers ?? availableParallelism());

  /** Sends a goal to a free worker. */
  async function pursue<T>(
    evaluation: Evaluation,
    goal: Goal,
    read: (response: EngineResponse) => T | undefined,
  ): Promise<T> {
    const { memoryBytes, timeoutMs } = evaluation.limits;
    if (memoryBytes < minimumMemoryBytes) {
      throw new InternalError(`memoryBytes must be at least ${minimumMemoryBytes}`);
    }
    const job = { request: writeRequest(evaluation, goal), memoryBytes, timeoutMs };
    return pool.use(async (worker) => {
      const ending = await worker.run(job);
      if (ending.type !== 'response') throw errorOfEnding(ending, worker.place, evaluation);
      const response: EngineResponse = JSON.parse(ending.response);
      const { error, output } = response;
      if (error !== undefined) throw errorOfFailure(error, output, worker.place, evaluation);
      const found = read(response);
      if (found === undefined) throw new InternalError('the Starlark engine answered with nothing');
      return found;
    });
  }

  return {
    evaluate: (evaluation) =>
      pursue(evaluation, { type: 'call', function: entryFunction }, readResult),
    test: (evaluation, name) => pursue(evaluation, { type: 'test', function: name }, readResult),
    check: async (evaluation) => {
      await pursue(evaluation, { type: 'look', function: entryFunction }, readFunctions);
    },
    functions: (evaluation) => pursue(evaluation, { type: 'look', function: null }, readFunctions),
    close: () => pool.close(),
  };
}

const readResult = ({ value, asked, output }: EngineResponse): EvaluationResult | undefined =>
  value === undefined ? undefined : { value, asked, output };
const readFunctions = ({ functions }: EngineResponse) => functions;

function writeRequest(evaluation: Evaluation, goal: Goal): string {
  const { files, entry, constructors, inputs, limits, testing } = evaluation;
  const request: EngineRequest = {
    files: [...files].map(([path, text]) => ({
      path,
      text,
      testing: testing?.files.has(path) ?? false,
    })),
    entry,
    goal,
    constructors,
    testingConstructors: testing?.constructors ?? [],
    inputs,
    limits: { steps: limits.steps, heapBytes: Math.floor(limits.memoryBytes * heapShare) },
  };
  return JSON.stringify(request);
}
