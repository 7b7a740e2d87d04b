import { afterAll, beforeAll } from 'vitest';
import { formatError } from '../model/errors.ts';
import { loadEngine } from './engine-file.ts';
import { createStarlark, type Evaluation, type EvaluationResult } from './evaluate.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { StarlarkError } from './starlark-error.ts';
import type { Fields, StarlarkValue } from './value.ts';

/** A program for a test: the text of `main.star`, or several files with `main.star` among them. */
export type Program = string | Readonly<Record<string, string>>;

/** What a test may set beside the program. */
interface Options {
  readonly constructors?: Evaluation['constructors'];
  readonly inputs?: Evaluation['inputs'];
  readonly limits?: Partial<Limits>;
}

/** A busy machine must not run into the limit of time where a test is about another one. */
const patientTimeoutMs = 50_000;
const buildTimeoutMs = 10 * 60_000;

/** Runs programs for the tests of one file, on workers that end with it. */
export function starlarkForTests({ workers = 1 } = {}) {
  const starlark = createStarlark({ workers });
  beforeAll(async () => {
    await loadEngine();
  }, buildTimeoutMs);
  afterAll(() => starlark.close());

  const run = (program: Program, options: Options = {}): Promise<EvaluationResult> =>
    starlark.evaluate(toEvaluation(program, options));

  /** What `main` returns, as Starlark would print it. */
  const returned = async (program: Program, options?: Options) =>
    show((await run(program, options)).value);

  const failure = async (program: Program, options?: Options): Promise<StarlarkError> => {
    const outcome = await returned(program, options).catch((error: unknown) => error);
    if (outcome instanceof StarlarkError) return outcome;
    throw outcome instanceof Error ? outcome : new Error(`it returned ${outcome}`);
  };

  return {
    starlark,
    run,
    returned,

    /** What each expression is, as Starlark would print it. */
    async expressions(texts: readonly string[]): Promise<Record<string, string>> {
      const lines = texts.map((text) => `    (${text}),`).join('\n');
      const { value } = await run(`def main(ctx):\n  return [\n${lines}\n  ]\n`);
      const items = value.type === 'list' ? value.items : [];
      return Object.fromEntries(texts.map((text, i) => [text, show(items[i])]));
    },

    /** The error of a program that must fail. */
    failure,

    /** The error of a program that must fail, as a person sees it. */
    complaint: async (program: Program, options?: Options): Promise<string> =>
      formatError(await failure(program, options)),
  };
}

/** The evaluation of a test's program. */
export function toEvaluation(program: Program, options: Options = {}): Evaluation {
  const files = typeof program === 'string' ? { 'main.star': program } : program;
  return {
    files: new Map(Object.entries(files)),
    entry: 'main.star',
    constructors: options.constructors ?? [],
    inputs: options.inputs ?? {},
    limits: { ...defaultLimits, timeoutMs: patientTimeoutMs, ...options.limits },
  };
}

/** Prints a value as Starlark would. */
export function show(value: StarlarkValue | undefined): string {
  switch (value?.type) {
    case undefined:
      return 'nothing';
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
    case 'float':
      return value.value;
    case 'string':
      return JSON.stringify(value.value);
    case 'list':
      return `[${value.items.map(show).join(', ')}]`;
    case 'tuple':
      return `(${value.items.map(show).join(', ')}${value.items.length === 1 ? ',' : ''})`;
    case 'set':
      return `set([${value.items.map(show).join(', ')}])`;
    case 'dict':
      return `{${value.entries.map(([k, v]) => `${show(k)}: ${show(v)}`).join(', ')}}`;
    case 'struct':
    case 'record':
      return `${value.type}(${showFields(value.fields)})`;
    case 'enum':
      return `enum(${show(value.value)})`;
    case 'constructed':
      return `${value.name}(${showFields(value.fields)})`;
    case 'inputs':
      return `ctx(${JSON.stringify(value.values)})`;
    case 'opaque':
      return `<${value.typeName} ${value.text}>`;
  }
}

function showFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${show(value)}`)
    .join(', ');
}
