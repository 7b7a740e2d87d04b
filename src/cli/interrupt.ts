import { EXIT } from './exit-code.ts';

/** Listens to SIGINT and SIGTERM while changes are applied. */
export interface Interrupt {
  /** Stops listening. */
  release(): void;
}

/** Calls back at the first signal; a second one ends the process at once. */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  let interrupted = false;
  const onSignal = () => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
    onFirst();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    release: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
