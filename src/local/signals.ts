import { exitCodeFor, type RunningChild } from './child.ts';
import { PASSED_SIGNALS, type PassedSignal, startWitness } from './witness.ts';

/** These ask a program to end; the others may mean anything. */
const ENDING: readonly string[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
] satisfies PassedSignal[];

/** Passes the signals of this process on to what runs in its place. */
export interface SignalRelay {
  /** Whom signals go to from now on. */
  aim(child: RunningChild | undefined): void;
  /** 128 + n once a signal n has asked to end; nothing is to be started from then on. */
  exitCode(): number | undefined;
  /** Calls back for every signal that asks to end. */
  onEnding(listener: (signal: PassedSignal) => void): void;
  close(): void;
}

/** Listens from now on. A signal that the whole process group got reaches the child without our help. */
export function openSignalRelay(): SignalRelay {
  const witness = startWitness();
  const listeners: ((signal: PassedSignal) => void)[] = [];
  let child: RunningChild | undefined;
  let ending: PassedSignal | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const passed = signal as PassedSignal;
    const target = child;
    if (ENDING.includes(signal)) {
      ending ??= passed;
      for (const listener of listeners) listener(passed);
    }
    void witness.saw(passed).then((seen) => {
      if (!seen) target?.kill(signal);
    });
  };
  for (const signal of PASSED_SIGNALS) process.on(signal, onSignal);
  return {
    aim: (next) => {
      child = next;
    },
    exitCode: () => (ending === undefined ? undefined : exitCodeFor(ending)),
    onEnding: (listener) => listeners.push(listener),
    close: () => {
      for (const signal of PASSED_SIGNALS) process.off(signal, onSignal);
      witness.close();
    },
  };
}
