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

/** Most programs take a millisecond, and starting a worker as much as a hundred of them. */
const PATIENCE_MS = 50;

/**
 * A pool that begins with one worker, and gets another whenever somebody had to wait for a while.
 *
 * @param size how many workers there are at most
 */
export function createPool(size: number): Pool {
  const limit = pLimit(1);
  const workers = new Set<EngineWorker>();
  const idle: EngineWorker[] = [];
  let closed = false;
  let growth: NodeJS.Timeout | undefined;

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

  async function lend<T>(work: (worker: EngineWorker) => Promise<T>): Promise<T> {
    const worker = await borrow();
    try {
      return await work(worker);
    } finally {
      giveBack(worker);
    }
  }

  /** One that is still being started counts as none, so that there is never more than one of them. */
  function growWhileNeeded(): void {
    if (limit.pendingCount > 0) limit.concurrency = Math.min(size, workers.size + 1);
    else stopGrowing();
  }

  function stopGrowing(): void {
    clearInterval(growth);
    growth = undefined;
  }

  return {
    async use(work) {
      const done = limit(() => lend(work));
      if (limit.pendingCount > 0) growth ??= setInterval(growWhileNeeded, PATIENCE_MS).unref();
      return await done;
    },
    async close() {
      closed = true;
      stopGrowing();
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}
