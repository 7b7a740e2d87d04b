/** Nothing came back in time. */
export class NoAnswer extends Error {}

/**
 * Waits for work no longer than `limitMs`; what the work does after that is not heard of any more.
 * @throws NoAnswer
 */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer('no answer')), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
