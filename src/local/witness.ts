import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The signals that are passed on. */
export const PASSED_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
] as const;

export type PassedSignal = (typeof PASSED_SIGNALS)[number];

/** Tells whether a signal that this process got went to its whole process group. */
export interface Witness {
  /** Ask once for each signal that arrived. */
  saw(signal: PassedSignal): Promise<boolean>;
  close(): void;
}

/**
 * Answers each line with all signals it got so far. A trap runs before the next command, so a signal that
 * came before the question is in the answer. Standard input ends with the parent, however that ends.
 */
const SCRIPT = `
got=
for name in ${PASSED_SIGNALS.map((signal) => signal.slice('SIG'.length)).join(' ')}; do
  trap "got=\\"\\$got SIG$name\\"" $name
done
while :; do
  before=$got
  if read -r question; then :; echo "$got"
  elif [ "$got" = "$before" ]; then break
  fi
done
`;

/**
 * A terminal sends Ctrl-C to every process of its foreground group, and `kill` to one. A child in the
 * same group must get a signal from us in the second case only, and nothing in Node tells them apart. So
 * a small process in the group watches: the operating system signals a whole group at once, hence what
 * the witness has not got by the time that we ask, it does not get.
 */
export function startWitness(): Witness {
  const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers: ((got: readonly string[]) => void)[] = [];
  const known = new Map<PassedSignal, number>();
  const undecided = new Map<PassedSignal, Promise<boolean>>();
  let last: readonly string[] = [];
  // A signal before its traps are set ends it, and it was still a witness of that one.
  void endOf(child).then((signal) => {
    if (signal !== null) last = [...last, signal];
    for (const answer of answers.splice(0)) answer(last);
  });
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line.split(' ').filter(Boolean);
    answers.shift()?.(last);
  });
  const ask = () =>
    new Promise<readonly string[]>((resolve) => {
      if (hasEnded(child)) return resolve(last);
      answers.push(resolve);
      child.stdin.write('\n');
    });
  // The same signal once more, before the witness had its turn, is one signal to it: they are not queued.
  const decide = async (signal: PassedSignal, earlier: Promise<boolean> | undefined) => {
    const count = (await ask()).filter((name) => name === signal).length;
    const before = known.get(signal) ?? 0;
    if (count <= before) return (await earlier) ?? false;
    known.set(signal, before + 1);
    return true;
  };
  return {
    saw: async (signal) => {
      const decided = decide(signal, undecided.get(signal));
      undecided.set(signal, decided);
      const seen = await decided;
      if (undecided.get(signal) === decided) undecided.delete(signal);
      return seen;
    },
    close: () => child.stdin.end(),
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** The signal that ended it, if one did. */
function endOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (_, signal) => resolve(signal));
  });
}
