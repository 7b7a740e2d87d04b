import { CacheLog } from '../cache-log.ts';
import type { Binary } from '../model/application.ts';
import type { StarlarkValue } from '../starlark/value.ts';

/** A value that a program returned, and the inputs that it asked for on the way. */
export interface CachedEvaluation {
  readonly inputs: Readonly<Record<string, string>>;
  readonly value: StarlarkValue;
}

/** What is known of a config image, by its digest. */
export interface CachedProgram {
  readonly binary: Binary;
  readonly evaluations: readonly CachedEvaluation[];
}

/**
 * Keeps what programs returned, by the digest of their config image. What is lost costs an evaluation and
 * nothing else, so reading never fails and writing is best effort.
 */
export class ProgramCache {
  readonly #log: CacheLog;
  readonly #build: string;

  /**
   * @param path of the file
   * @param build what a program returns depends on the engine and the vocabulary, which come with it
   */
  constructor(path: string, build: string) {
    this.#log = new CacheLog(path);
    this.#build = build;
  }

  read(digest: string): CachedProgram | undefined {
    const kept = this.#log.read(this.#name(digest));
    try {
      const parsed: unknown = kept && JSON.parse(kept.toString());
      return isCachedProgram(parsed) ? parsed : undefined;
    } catch {
      return undefined;
    }
  }

  write(digest: string, program: CachedProgram): void {
    this.#log.write(this.#name(digest), Buffer.from(JSON.stringify(program)));
  }

  #name(digest: string): string {
    return `${this.#build} ${digest}`;
  }
}

function isCachedProgram(value: unknown): value is CachedProgram {
  const { binary, evaluations } = (value ?? {}) as Partial<CachedProgram>;
  return (
    typeof binary?.repository === 'string' &&
    typeof binary.digest === 'string' &&
    Array.isArray(evaluations)
  );
}
