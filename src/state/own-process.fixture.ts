import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OPEN_STATE = new URL('./open-state.ts', import.meta.url).href;

/** Runs a program in a Node of its own, with `openState` and `actor` at hand. */
export function inOwnProcess(program: string, source = OPEN_STATE) {
  const start = `const { openState } = await import(${JSON.stringify(source)});
    const actor = { username: 'ann' };
    ${program}`;
  const flags = ['--import', import.meta.resolve('tsx'), '--input-type=module'];
  return execa(process.execPath, [...flags, '--eval', start], { cwd: ROOT, reject: false });
}

/** A program that is told lines and answers each with one. */
export class Conversation {
  readonly process: ReturnType<typeof inOwnProcess>;
  readonly #lines: AsyncIterator<string>;

  /** @param program calls `answer(line)` first and then for each line of `lines` */
  constructor(program: string) {
    this.process = inOwnProcess(
      `const { createInterface } = await import('node:readline');
      const lines = createInterface({ input: process.stdin });
      const answer = (line) => process.stdout.write(line + '\\n');
      ${program}`,
    );
    this.#lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** Says a line. */
  say(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }

  /** The next line that the program says; an error with what it printed where it ended instead. */
  async hear(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done !== true) return value;
    throw new Error(`the process ended: ${(await this.process).stderr}`);
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.process;
  }
}
