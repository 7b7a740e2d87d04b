const orphanCheckMs = 100;

/**
 * Aborts on the first signal to end, and when npm has gone: a killed npm passes no signal on. Later
 * signals change nothing, because taking down is quick and must be complete.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && abort(), orphanCheckMs).unref();
  }
  return controller.signal;
}

/** Waits until a signal has aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
