import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { InternalError } from '../model/errors.ts';
import { fromSource } from './engine-file.ts';
import type { Job, Reply, WorkerData } from './protocol.ts';

/** Deep enough for the language's recursion limits; it is address space, not memory. */
const stackMebibytes = 64;
/** The engine looks at the clock by itself and says more than a killed one, so it gets to go first. */
const graceMs = 250;

/** How a job ended, seen from outside. */
export type Ending = Reply | { readonly type: 'killed' };

/** A statement: the index of its file among the program's files, and the byte in it. */
export interface Place {
  readonly file: number;
  readonly offset: number;
}

/** A thread that runs programs. It does not keep the process alive while it has nothing to do. */
export interface EngineWorker {
  /** Where the program that ran last was when it ended. */
  readonly place: Place;
  /** False once it was ended or ended itself. */
  readonly alive: boolean;
  /** Runs one job; ends the thread when it takes longer than its time. */
  run(job: Job): Promise<Ending>;
  terminate(): Promise<void>;
}

/** Starts a worker and waits until it is ready. */
export async function startWorker(engine: WebAssembly.Module): Promise<EngineWorker> {
  const place = new Int32Array(new SharedArrayBuffer(8));
  const workerData: WorkerData = { engine, place };
  const worker = createWorker({
    workerData,
    execArgv: [],
    env: {},
    resourceLimits: { stackSizeMb: stackMebibytes },
  });
  await once(worker, 'message');
  worker.unref();
  return supervise(worker, place);
}

/**
 * The bundle has the worker's code as a file of its own. From source tsx has to translate it, which
 * it does not do for a worker's first file: hence the line that starts it.
 */
function createWorker(options: WorkerOptions): Worker {
  if (!fromSource) return new Worker(new URL('./starlark-worker.js', import.meta.url), options);
  const tsx = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const code = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const line = `require(${JSON.stringify(tsx)}).require(${JSON.stringify(code)}, __filename)`;
  return new Worker(line, { ...options, eval: true });
}

function supervise(worker: Worker, place: Int32Array): EngineWorker {
  let alive = true;
  let crash: unknown;
  worker.on('error', (error) => {
    crash = error;
  });
  worker.once('exit', () => {
    alive = false;
  });
  return {
    get place() {
      return { file: place[0] ?? 0, offset: place[1] ?? 0 };
    },
    get alive() {
      return alive;
    },
    run(job) {
      return new Promise((resolve, reject) => {
        let killed = false;
        // Unlike the worker this timer keeps the process alive until the job is done.
        const timer = setTimeout(() => {
          killed = true;
          alive = false;
          void worker.terminate();
        }, job.timeoutMs + graceMs);
        const onExit = () => {
          clearTimeout(timer);
          if (killed) resolve({ type: 'killed' });
          else reject(new InternalError('a Starlark worker ended before its program did', crash));
        };
        worker.once('exit', onExit);
        worker.once('message', (reply: Reply) => {
          clearTimeout(timer);
          worker.off('exit', onExit);
          resolve(reply);
        });
        worker.postMessage(job);
      });
    },
    async terminate() {
      await worker.terminate();
    },
  };
}
