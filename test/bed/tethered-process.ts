import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerProcess } from './server-process.ts';

/** Whom a program runs as, where this process is root and the program refuses to be. */
export interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

/** A server that knows nothing of the bed. */
interface TetheredCommand {
  /** Names the server in errors, and its log file. */
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** Its own temporary folder and working directory; removed when this process is killed. */
  readonly folder: string;
  /** What ends it at once: the bed keeps nothing. */
  readonly endSignal: 'QUIT' | 'KILL';
  readonly user: UnixUser | undefined;
}

/**
 * Runs a server until it ends, or until standard input does: the operating system closes its other end
 * when the parent ends, by kill -9 too.
 */
const TETHER = `
  folder=$1; signal=$2; shift 2
  exec 3<&0
  "$@" </dev/null 3<&- &
  server=$!
  trap 'cut=yes; kill -$signal $server' TERM
  (cat <&3 >/dev/null; kill -TERM $$) &
  wait $server || wait $server
  if [ -n "$cut" ]; then rm -rf "$folder"; fi
`;

/** Starts a server that ends with this process, however this process ends. */
export function startTethered(command: TetheredCommand): ServerProcess {
  const { name, binary, args, folder, endSignal, user } = command;
  const logPath = join(folder, `${name}.log`);
  const log = openSync(logPath, 'w');
  const { PATH } = process.env;
  const child = spawn('/bin/sh', ['-c', TETHER, 'sh', folder, endSignal, binary, ...args], {
    cwd: folder,
    // Ctrl-C on a terminal would end it before the work that still needs it.
    detached: true,
    env: { PATH, HOME: folder, TMPDIR: folder, LC_ALL: 'C' },
    stdio: ['pipe', log, log],
    ...user,
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    name,
    pid: child.pid,
    firstLine: new Promise(() => {}),
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    logTail: () => readFile(logPath, 'utf8').catch(() => ''),
    async kill() {
      child.stdin?.end();
      await ended;
    },
  };
}
