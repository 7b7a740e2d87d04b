import { parentPort, workerData } from 'node:worker_threads';
import { Instance } from './instance.ts';
import type { Job, Reply, TrapCause, WorkerData } from './protocol.ts';

/** The thread that runs programs, one after another. It says `ready` once and then answers jobs. */

/** A larger instance is not kept: what one program needed is not held for the others. */
const maxKeptBytes = 64 * 1024 * 1024;

const { engine, place } = workerData as WorkerData;
let deadline = 0;
let instance: Instance | undefined;

const host = {
  at(file: number, offset: number): void {
    place[0] = file;
    place[1] = offset;
  },
  expired: () => performance.now() > deadline,
};

function run(job: Job): Reply {
  deadline = performance.now() + job.timeoutMs;
  const used =
    instance?.memoryBytes === job.memoryBytes
      ? instance
      : new Instance(engine, job.memoryBytes, host);
  // Only after a clean end is it fit for another program.
  instance = undefined;
  try {
    const response = used.evaluate(job.request);
    if (used.grownBytes <= maxKeptBytes) instance = used;
    return { type: 'response', response };
  } catch (error) {
    return { type: 'trap', cause: trapCause(error, used.stderr), message: used.stderr };
  }
}

function trapCause(error: unknown, stderr: string): TrapCause {
  if (error instanceof RangeError) return 'nesting';
  // The engine's own stack lies at the beginning of the memory, so an overflow leaves the memory.
  if (error instanceof WebAssembly.RuntimeError && error.message.includes('out of bounds')) {
    return 'nesting';
  }
  return /memory|capacity overflow|Layout/.test(stderr) ? 'memory' : 'crash';
}

parentPort?.on('message', (job: Job) => parentPort?.postMessage(run(job)));
parentPort?.postMessage('ready');
