import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SisyphusError } from '../model/errors.ts';
import { requireVariables } from './check-variables.ts';
import type { RunningChild } from './child.ts';
import { processCommand } from './commands.ts';
import { type FileWatch, openFileWatch } from './file-watch.ts';
import type { Environment } from './local-ports.ts';
import { type Keepers, type ProcessRun, startProcess, withKeepers } from './run-process.ts';

/** A program that can be read again and again. */
export interface WatchedProgram {
  /**
   * Reads the program.
   *
   * @param follow takes the program's files as soon as they are known, before anything in them can fail
   */
  load(follow: (paths: readonly string[]) => void): Promise<ProcessRun>;
}

/** Tells the person in front of the terminal what happens. */
export interface WatchListener {
  say(message: string): void;
  error(error: SisyphusError): void;
}

/** How long a process may take to end before a restart kills it. */
const GRACE_MS = 10_000;

/**
 * Runs an application and restarts it when its program or binary changes, until a signal ends it. While
 * the program is broken the old process keeps running; one that ended by itself waits for a change.
 *
 * @returns the exit code of the last process
 */
export async function watchProcess(
  program: WatchedProgram,
  environment: Environment,
  listener: WatchListener,
): Promise<number> {
  const files = openFileWatch();
  try {
    return await withKeepers((keepers) =>
      new WatchSession(program, environment, listener, files, keepers).run(),
    );
  } finally {
    files.close();
  }
}

class WatchSession {
  readonly #program: WatchedProgram;
  readonly #environment: Environment;
  readonly #listener: WatchListener;
  readonly #files: FileWatch;
  readonly #keepers: Keepers;
  #child: RunningChild | undefined;
  /** What runs, or ran last. */
  #version = '';

  constructor(
    program: WatchedProgram,
    environment: Environment,
    listener: WatchListener,
    files: FileWatch,
    keepers: Keepers,
  ) {
    this.#program = program;
    this.#environment = environment;
    this.#listener = listener;
    this.#files = files;
    this.#keepers = keepers;
  }

  async run(): Promise<number> {
    const { relay } = this.#keepers;
    const interrupted = new Promise<void>((resolve) => relay.onEnding(() => resolve()));
    let change = this.#files.changed();
    await this.#reload();
    for (;;) {
      const ended = this.#child?.ended.then((code) => ({ code }), thrown);
      const event = await Promise.race([
        change.then(() => 'change' as const),
        ended ?? interrupted.then(() => ({ code: relay.exitCode() ?? 0 })),
      ]);
      if (event === 'change') {
        change = this.#files.changed();
        await this.#reload();
        continue;
      }
      this.#child = undefined;
      if (relay.exitCode() !== undefined) return 'code' in event ? event.code : 1;
      if ('code' in event) this.#listener.say(`ended with ${event.code}; waiting for a change`);
      else this.#report(event.error);
    }
  }

  /** Brings what runs to what the files say; reports what stands against it. */
  async #reload(): Promise<void> {
    try {
      const next = await this.#program.load((paths) => this.#files.follow(paths));
      await requireVariables(next.run, this.#environment);
      await this.#start(next);
    } catch (error) {
      this.#report(error);
    }
  }

  async #start(next: ProcessRun): Promise<void> {
    const version = await versionOf(next);
    if (this.#child !== undefined) {
      if (version === this.#version) return;
      this.#listener.say('the program changed; restarting');
      await stop(this.#child);
    }
    if (this.#keepers.relay.exitCode() !== undefined) return;
    this.#version = version;
    this.#child = startProcess(next, this.#environment, this.#keepers);
  }

  #report(error: unknown): void {
    if (!(error instanceof SisyphusError)) throw error;
    this.#listener.error(error);
    const state =
      this.#child === undefined ? 'waiting for a change' : 'the old process keeps running';
    this.#listener.say(state);
  }
}

/** Differs when something would run differently: not by a comment. */
async function versionOf({ run, file, extraArgs }: ProcessRun): Promise<string> {
  const binary = await stat(file).catch(() => undefined);
  const { ino, size, mtimeMs } = binary ?? {};
  return JSON.stringify([processCommand(run, file, extraArgs), ino, size, mtimeMs]);
}

async function stop(child: RunningChild): Promise<void> {
  const ended = child.ended.catch(() => undefined);
  child.kill('SIGTERM');
  const waiting = new AbortController();
  const grace = delay(GRACE_MS, undefined, { signal: waiting.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  waiting.abort();
  await grace;
}

function thrown(error: unknown) {
  return { error };
}
