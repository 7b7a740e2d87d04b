import { ApiError } from '../cluster/errors.ts';

const MAX_ATTEMPTS = 5;

/** Repeats a read-then-write that lost against another writer of the same object. */
export async function retryConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const lost = error instanceof ApiError && error.status === 409;
      if (!lost || tries === MAX_ATTEMPTS) throw error;
    }
  }
}
