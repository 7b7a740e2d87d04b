import type { ImageSource, ResolvedImage } from '../image/image-source.ts';
import type { Binary } from '../model/application.ts';
import type { StarlarkValue } from '../starlark/value.ts';
import { type EvaluationTools, evaluateProgram, type ProgramInputs } from './evaluate-program.ts';
import type { CachedEvaluation, ProgramCache } from './program-cache.ts';

/** What a config image said. */
export interface ProgramResult {
  readonly binary: Binary;
  /** What `main` returned. */
  readonly value: StarlarkValue;
}

/** Runs the programs of config images, each (program, inputs it asks for) once. */
export interface Programs {
  /**
   * @throws UserError for an image that is none, a program that is wrong or goes beyond a limit
   */
  run(image: ResolvedImage, inputs: ProgramInputs): Promise<ProgramResult>;
  /** Writes what is new to the cache. */
  save(): Promise<void>;
}

/** What programs are run with. */
export interface ProgramTools extends EvaluationTools {
  readonly images: ImageSource;
  readonly cache: ProgramCache;
}

/** Makes a runner that remembers results in memory and, by digest, in the cache. */
export function createPrograms(tools: ProgramTools): Programs {
  const byDigest = new Map<string, Promise<Program>>();
  return {
    run: async (image, inputs) => {
      const known = byDigest.get(image.digest) ?? Program.open(image, tools);
      byDigest.set(image.digest, known);
      return await (await known).run(inputs);
    },
    save: async () => {
      const programs = await Promise.allSettled(byDigest.values());
      for (const one of programs) {
        if (one.status === 'fulfilled') one.value.save();
      }
    },
  };
}

/** One config image: its binary, and its program with everything known of it. */
class Program {
  readonly #image: ResolvedImage;
  readonly #tools: ProgramTools;
  readonly #binary: Binary;
  readonly #evaluations: CachedEvaluation[];
  readonly #running = new Map<string, Promise<StarlarkValue>>();
  /** The first evaluation tells which inputs matter; the others wait for that. */
  #first: Promise<unknown> | undefined;
  #changed: boolean;

  private constructor(
    image: ResolvedImage,
    tools: ProgramTools,
    binary: Binary,
    evaluations: readonly CachedEvaluation[],
  ) {
    this.#image = image;
    this.#tools = tools;
    this.#binary = binary;
    this.#evaluations = [...evaluations];
    this.#changed = evaluations.length === 0;
  }

  static async open(image: ResolvedImage, tools: ProgramTools): Promise<Program> {
    const cached = tools.cache.read(image.digest);
    if (cached !== undefined) return new Program(image, tools, cached.binary, cached.evaluations);
    const { binaryRepository, binaryDigest } = await tools.images.load(image);
    const binary = { repository: binaryRepository, digest: binaryDigest };
    return new Program(image, tools, binary, []);
  }

  async run(inputs: ProgramInputs): Promise<ProgramResult> {
    return { binary: this.#binary, value: await this.#value(inputs) };
  }

  save(): void {
    if (!this.#changed) return;
    this.#changed = false;
    const { digest } = this.#image;
    this.#tools.cache.write(digest, {
      binary: this.#binary,
      evaluations: this.#evaluations,
    });
  }

  async #value(inputs: ProgramInputs): Promise<StarlarkValue> {
    const known = this.#find(inputs);
    if (known !== undefined) return known;
    if (this.#first === undefined) {
      const first = this.#evaluate(inputs);
      // Only the outcome's arrival matters to those who wait; its error belongs to this caller.
      this.#first = first.catch(() => undefined);
      return await first;
    }
    await this.#first;
    return this.#find(inputs) ?? (await this.#evaluateOnce(inputs));
  }

  #find(inputs: ProgramInputs): StarlarkValue | undefined {
    const given: Readonly<Record<string, string | null>> = { ...inputs };
    const fits = (evaluation: CachedEvaluation) =>
      Object.entries(evaluation.inputs).every(([name, value]) => given[name] === value);
    return this.#evaluations.find(fits)?.value;
  }

  /** Shares an evaluation that is under way with the same values of all inputs asked so far. */
  async #evaluateOnce(inputs: ProgramInputs): Promise<StarlarkValue> {
    const asked = new Set(this.#evaluations.flatMap(({ inputs }) => Object.keys(inputs)));
    const relevant = Object.entries(inputs).filter(([name]) => asked.has(name));
    const key = JSON.stringify(relevant.length === 0 ? inputs : relevant);
    const running = this.#running.get(key);
    if (running !== undefined) {
      await running.catch(() => undefined);
      // It may have asked for more than was known to matter, and then its result is not ours.
      return this.#find(inputs) ?? (await this.#evaluate(inputs));
    }
    const evaluation = this.#evaluate(inputs);
    this.#running.set(key, evaluation);
    return await evaluation;
  }

  async #evaluate(inputs: ProgramInputs): Promise<StarlarkValue> {
    const { images, starlark, limits } = this.#tools;
    const { files, entrypoint: entry } = await images.load(this.#image);
    const { value, asked } = await evaluateProgram({ files, entry }, inputs, { starlark, limits });
    const given: Readonly<Record<string, string | null>> = { ...inputs };
    this.#evaluations.push({
      inputs: Object.fromEntries(asked.map((name) => [name, given[name] ?? ''])),
      value,
    });
    this.#changed = true;
    return value;
  }
}
