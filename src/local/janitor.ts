import { spawn } from 'node:child_process';

/** Ends what a command started, even when this process is killed with kill -9. */
export interface Janitor {
  /** The process to end; undefined once it has ended by itself. */
  watch(pid: number | undefined): void;
  /** Ends and cleans up now, and waits for it. */
  finish(): Promise<void>;
}

/**
 * Reads process ids, the last of which counts, until its standard input ends, which it does with its
 * parent. Then it ends that process, by force after 10 s, and runs the command that it was given.
 */
const SCRIPT = `
child=
while read -r line; do child=$line; done
if [ -n "$child" ]; then
  kill -TERM "$child"
  rounds=0
  while [ $rounds -lt 100 ] && kill -0 "$child"; do sleep 0.1; rounds=$((rounds + 1)); done
  kill -KILL "$child"
fi
[ $# -eq 0 ] || "$@"
`;

/**
 * Starts a janitor out of reach of signals to this process group.
 *
 * @param cleanup a command to run at the end, whatever the end was
 */
export function startJanitor(cleanup: readonly string[] = []): Janitor {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...cleanup], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  return {
    watch: (pid) => {
      child.stdin.write(`${pid ?? ''}\n`);
    },
    finish: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
