import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '../../src/model/errors.ts';

/** What to run and where. */
export interface ServerCommand {
  /** Names the server in errors, and its log file: `kube-apiserver`. */
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** Where the log goes, and the server's working directory. */
  readonly folder: string;
  /** The folder of the whole bed or registry: the server removes it when this process is killed. */
  readonly scratch: string;
}

/** Starts one program of a group that shares folder and fate. */
export type StartProgram = (name: string, binary: string, args: readonly string[]) => ServerProcess;

/** A server of the bed that runs until it is killed or this process ends, however it ends. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** What it says first on standard output; never settles where it says nothing. */
  readonly firstLine: Promise<string>;
  /** Settles when the server is gone. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The last lines of what it said, for an error. */
  logTail(): Promise<string>;
  /** Kills the server and waits until it is gone. The bed keeps nothing, so nothing is flushed. */
  kill(): Promise<void>;
}

const logTailLines = 20;
const logLineLength = 500;
const pollMs = 50;

/**
 * Starts a server of the bed's Go module. It watches its standard input (see go/lifeline), so it
 * ends with this process. It has a process group of its own, or Ctrl-C on a terminal would end it
 * before the work that still needs it.
 */
export function startServer(command: ServerCommand): ServerProcess {
  const logPath = join(command.folder, `${command.name}.log`);
  const log = openSync(logPath, 'w');
  const { PATH } = process.env;
  const env = { PATH, HOME: command.folder, TMPDIR: command.folder, BED_FOLDER: command.scratch };
  const child = spawn(command.binary, command.args, {
    cwd: command.folder,
    detached: true,
    env,
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  const ended = endOf(child);
  return {
    name: command.name,
    pid: child.pid,
    firstLine: firstLineOf(child.stdout as Readable),
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    async logTail() {
      const text = await readFile(logPath, 'utf8').catch(() => '');
      const lines = text.trimEnd().split('\n').slice(-logTailLines);
      return lines.map((line) => line.slice(0, logLineLength)).join('\n');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What a wait depends on. */
export interface Wait {
  /** Completes the sentence "waiting for …" in an error. */
  readonly purpose: string;
  /** Servers that have to stay alive meanwhile. */
  readonly servers: readonly ServerProcess[];
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks again and again until `probe` gives something; a probe that throws is asked again too.
 * @throws ServiceError (`bed-failed`) when a server ends or the deadline passes, with its log's end
 */
export async function waitUntil<T>(wait: Wait, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + wait.deadlineMs;
  for (;;) {
    wait.signal?.throwIfAborted();
    const result = await probe().catch(() => undefined);
    if (result !== undefined) return result;
    const dead = wait.servers.find((server) => server.hasEnded());
    if (dead !== undefined)
      throw await serverFailure(dead, `ended while waiting for ${wait.purpose}`);
    if (performance.now() > deadline) {
      throw new ServiceError(`Waited ${wait.deadlineMs / 1_000} s for ${wait.purpose} in vain.`, {
        code: 'bed-failed',
        detail: (await Promise.all(wait.servers.map((server) => server.logTail()))).join('\n'),
      });
    }
    await delay(pollMs);
  }
}

/** An error that tells what became of a server, with the end of its log. */
export async function serverFailure(server: ServerProcess, what: string): Promise<ServiceError> {
  const detail = await server.logTail();
  return new ServiceError(`The bed's ${server.name} ${what}.`, { code: 'bed-failed', detail });
}

/** Reads on after the first line, or a talkative server would wait for a reader forever. */
function firstLineOf(output: Readable): Promise<string> {
  const lines = createInterface({ input: output });
  return new Promise((resolve) => lines.once('line', resolve));
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}
