import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCacheFile } from '../cache-file.ts';
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
 * Keeps what programs returned, one file for a config image's digest. A lost or broken file costs an
 * evaluation and nothing else, so reading never fails and writing is best effort.
 */
export class ProgramCache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  read(digest: string): CachedProgram | undefined {
    try {
      const parsed: unknown = JSON.parse(readFileSync(this.#file(digest), 'utf8'));
      return isCachedProgram(parsed) ? parsed : undefined;
    } catch {
      return undefined;
    }
  }

  write(digest: string, program: CachedProgram): void {
    writeCacheFile(this.#file(digest), JSON.stringify(program));
  }

  #file(digest: string): string {
    return join(this.#directory, `${digest.replace(':', '-')}.json`);
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
