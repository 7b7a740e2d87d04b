import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { sisyphusCommand } from '../bed/commands.ts';
import type { Finished } from './world.ts';

/** A command that runs, with everything that it said so far. */
export interface Started {
  readonly pid: number;
  /** Settles when its output holds the text; throws with the output where it ends before. */
  until(text: string): Promise<void>;
  /** What it said, on standard output and error. */
  output(): string;
  write(text: string): void;
  readonly ended: Promise<number | undefined>;
}

/** A developer's folder, with nothing of a cluster. */
export class Laptop {
  readonly folder: string;
  readonly env: Record<string, string>;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      SISYPHUS_CACHE: join(folder, 'cache'),
    };
  }

  /** Opens a folder for one test; what still runs in it then is killed. */
  static async open(): Promise<Laptop> {
    const folder = await mkdtemp(join(tmpdir(), 'sisyphus-laptop-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return new Laptop(folder);
  }

  /** Writes a file; one that begins with `#!` is a program. */
  async write(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    if (text.startsWith('#!')) await chmod(path, 0o755);
  }

  /** `sisyphus app …` to its end. */
  async app(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return await this.run(['app', ...args], env);
  }

  /** `sisyphus …` to its end. */
  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    const { exitCode, stdout, stderr } = await execa(...this.#command(args, env));
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  }

  /**
   * Starts `sisyphus app …` in a process group of its own.
   *
   * @param within a command that runs it, such as one that gives it a terminal
   */
  start(
    args: readonly string[],
    env: Record<string, string> = {},
    within?: (command: string) => readonly string[],
  ): Started {
    const [file, words, options] = this.#command(['app', ...args], env);
    const [program = '', ...rest] = within?.([file, ...words].join(' ')) ?? [file, ...words];
    const child = execa(program, rest, { ...options, all: true, stdin: 'pipe', detached: true });
    const { pid = 0 } = child;
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let output = '';
    let heard = () => {};
    child.all.on('data', (data) => {
      output += data;
      heard();
    });
    const ended = child.then(({ exitCode }) => exitCode);
    void ended.then(() => heard());
    return {
      pid,
      output: () => output,
      until: async (text) => {
        while (!output.includes(text)) {
          if (child.exitCode !== null) throw new Error(`it ended without "${text}":\n${output}`);
          await new Promise<void>((resolve) => {
            heard = resolve;
          });
        }
      },
      write: (text) => child.stdin.write(text),
      ended,
    };
  }

  #command(args: readonly string[], env: Record<string, string>) {
    const [file = '', ...words] = [...sisyphusCommand, ...args];
    const options = {
      cwd: this.folder,
      extendEnv: false,
      reject: false,
      env: { ...this.env, ...env },
    };
    return [file, words, options] as const;
  }
}
