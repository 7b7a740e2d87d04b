import pLimit from 'p-limit';
import { InternalError } from '../model/errors.ts';
import { loadEngine } from './engine-file.ts';
import { type EngineWorker, startWorker } from './engine-worker.ts';

/** Workers that are started when they are first needed and then kept. */
export interface Pool {
  /** Lends a worker to `work`, as soon as one is free. */
  use<T>(work: (worker: EngineWorker) => Promise<T>): Promise<T>;
  /** Ends all workers; what runs or waits is rejected. */
  close(): Promise<void>;
}

/** @param size how many workers there are at most */
export function createPool(size: number): Pool {
  const limit = pLimit(size);
  const workers = new Set<EngineWorker>();
  const idle: EngineWorker[] = [];
  let closed = false;

  async function borrow(): Promise<EngineWorker> {
    if (closed) throw new InternalError('the Starlark pool is closed');
    const known = idle.pop();
    if (known !== undefined) return known;
    const worker = await startWorker(await loadEngine());
    workers.add(worker);
    return worker;
  }

  function giveBack(worker: EngineWorker): void {
    if (worker.alive) idle.push(worker);
    else workers.delete(worker);
  }

  return {
    use: (work) =>
      limit(async () => {
        const worker = await borrow();
        try {
          return await work(worker);
        } finally {
          giveBack(worker);
        }
      }),
    async close() {
      closed = true;
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}
