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

/** Jobs that wait, of about a millisecond each: what makes up for starting another worker. */
const WORTH_ANOTHER = 64;
/** A job that takes longer is not like the others, which need not wait for it. */
const LONG_MS = 50;

/**
 * A pool that begins with one worker: to start one takes as much processor time as a hundred programs do.
 *
 * @param size how many workers there are at most
 */
export function createPool(size: number): Pool {
  const limit = pLimit(1);
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

  function grow(): void {
    limit.concurrency = size;
  }

  async function lend<T>(work: (worker: EngineWorker) => Promise<T>): Promise<T> {
    const worker = await borrow();
    const timer = setTimeout(grow, LONG_MS);
    try {
      return await work(worker);
    } finally {
      clearTimeout(timer);
      giveBack(worker);
    }
  }

  return {
    async use(work) {
      const done = limit(() => lend(work));
      if (limit.pendingCount > WORTH_ANOTHER) grow();
      return await done;
    },
    async close() {
      closed = true;
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}
