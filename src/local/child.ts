import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UserError } from '../model/errors.ts';
import type { Environment } from './local-ports.ts';

/** A program that runs. */
export interface RunningChild {
  readonly pid: number | undefined;
  /**
   * Its exit code; 128 + n where signal n ended it, as in a shell.
   *
   * @throws UserError `cannot-run` where it could not be started
   */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** What to start, with every variable replaced. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** Default: ours, so that a terminal stays a terminal. */
  readonly stdio?: StdioOptions;
}

/** Starts a program in our process group, whose terminal and job control it shares. */
export function startChild({ file, args, env, stdio = 'inherit' }: ChildCommand): RunningChild {
  let child: ChildProcess;
  try {
    child = spawn(file, args, { env: { ...env }, stdio });
  } catch (error) {
    // Node reports only some failures of a start as an event.
    const ended = Promise.reject(cannotRun(file, error as NodeJS.ErrnoException));
    return { pid: undefined, ended, kill: () => undefined };
  }
  return { pid: child.pid, ended: exitCodeOf(child, file), kill: (signal) => child.kill(signal) };
}

function exitCodeOf(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(cannotRun(file, error)));
    child.once('exit', (code, signal) => resolve(code ?? exitCodeFor(signal ?? 'SIGKILL')));
  });
}

/** What a shell gives for a program that a signal ended. */
export function exitCodeFor(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

const REASONS: Readonly<Record<string, string>> = {
  E2BIG: 'its arguments and environment are too large',
  ENOENT: 'there is no such file, or what its first line names is missing',
  EACCES: 'it is not executable (chmod +x)',
  ENOEXEC: 'it is no program for this machine',
  ETXTBSY: 'something is still writing it',
};

function cannotRun(file: string, cause: NodeJS.ErrnoException): UserError {
  const { code = cause.message } = cause;
  return new UserError(`cannot run ${file}: ${REASONS[code] ?? code}`, {
    code: 'cannot-run',
    cause,
  });
}
