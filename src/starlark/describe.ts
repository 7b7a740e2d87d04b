import { InternalError, type SisyphusError } from '../model/errors.ts';
import { formatPosition } from '../model/position.ts';
import { formatBackTrace } from './back-trace.ts';
import type { Ending, Place } from './engine-worker.ts';
import type { Evaluation } from './evaluate.ts';
import { type Limits, limitNames } from './limits.ts';
import type { Failure, Stop } from './protocol.ts';
import { StarlarkError, type StarlarkErrorCode } from './starlark-error.ts';
import type { ProgramPosition } from './value.ts';

const codes: Readonly<Record<Exclude<Failure['kind'], 'request'>, StarlarkErrorCode>> = {
  parse: 'starlark-parse',
  load: 'starlark-load',
  'no-main': 'starlark-no-main',
  runtime: 'starlark-error',
  limit: 'starlark-limit',
  result: 'starlark-result',
};

const settings: Partial<Record<Stop, keyof Limits>> = {
  steps: 'steps',
  memory: 'memoryBytes',
  time: 'timeoutMs',
};

/**
 * The error for a program that the engine says has failed.
 * @param place where the program was last, for a failure that does not know its own place
 */
export function errorOfFailure(
  failure: Failure,
  output: string,
  place: Place,
  evaluation: Evaluation,
): SisyphusError {
  const { kind, limit, message } = failure;
  if (kind === 'request') {
    return new InternalError(`the Starlark engine does not take this request: ${message}`);
  }
  const detail = formatBackTrace(failure.frames, evaluation.files);
  if (limit !== undefined) {
    const at = failure.at ?? positionOf(place, evaluation.files);
    return limitError(limit, { at, detail, output }, evaluation);
  }
  const { at } = failure;
  return new StarlarkError(prefixed(message, at), { code: codes[kind], at, detail, output });
}

/** The error for a program that was broken off, in the middle of a statement. */
export function errorOfEnding(
  ending: Exclude<Ending, { type: 'response' }>,
  place: Place,
  evaluation: Evaluation,
): SisyphusError {
  const at = positionOf(place, evaluation.files);
  const context = { at, detail: undefined, output: '' };
  if (ending.type === 'killed') return limitError('time', context, evaluation);
  if (ending.cause !== 'crash') return limitError(ending.cause, context, evaluation);
  const message = prefixed(`the Starlark engine gave up: ${ending.message.trim()}`, context.at);
  return new StarlarkError(message, { code: 'starlark-crash', ...context });
}

interface Context {
  readonly at: ProgramPosition | undefined;
  readonly detail: string | undefined;
  readonly output: string;
}

function limitError(stop: Stop, context: Context, { limits }: Evaluation): StarlarkError {
  const code = 'starlark-limit';
  const message = prefixed(`the program was stopped: ${reason(stop, limits)}`, context.at);
  const setting = settings[stop];
  if (setting === undefined) return new StarlarkError(message, { code, ...context });
  const name = limitNames[setting];
  const hint = `if the program is right, raise the limit with --${name}`;
  return new StarlarkError(`${message} (limit ${name})`, { code, hint, ...context });
}

function reason(stop: Stop, limits: Limits): string {
  switch (stop) {
    case 'steps':
      return `it took more than ${limits.steps} calls and rounds of loops`;
    case 'memory':
      return `it needs more than ${Math.floor(limits.memoryBytes / 1024 / 1024)} MiB of memory`;
    case 'time':
      return `it took longer than ${limits.timeoutMs / 1_000} s`;
    case 'call-depth':
      return 'its functions call each other more than 200 levels deep';
    case 'nesting':
      return 'its text or one of its values is nested too deeply';
    case 'result-depth':
      return 'the value that it returns is nested more than 100 levels deep';
    case 'result-size':
      return 'the value that it returns is larger than 8 MiB';
  }
}

function prefixed(message: string, at: ProgramPosition | undefined): string {
  return at === undefined ? message : `${formatPosition(at)}: ${message}`;
}

/** Turns the index of a file and a byte in it into line and column. */
function positionOf(place: Place, files: ReadonlyMap<string, string>): ProgramPosition | undefined {
  const [file, text] = [...files][place.file] ?? [];
  if (file === undefined || text === undefined) return undefined;
  const before = Buffer.from(text).subarray(0, place.offset).toString().split('\n');
  return { file, line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}
