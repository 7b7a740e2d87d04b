import { createInterface } from 'node:readline/promises';
import { UsageError } from '../model/errors.ts';

/** What is said where nobody can be asked. */
export interface Unasked {
  readonly refusal: string;
  readonly hint: string;
}

/**
 * Asks for a text.
 *
 * @returns the answer without blanks around it; empty at the end of input
 * @throws UsageError `not-a-terminal` where nobody can be asked
 */
export async function askText(question: string, unasked: Unasked): Promise<string> {
  if (process.stdin.isTTY === true) return await ask(question);
  throw new UsageError(`there is no terminal to ask on; ${unasked.refusal}`, {
    code: 'not-a-terminal',
    hint: unasked.hint,
  });
}

/**
 * Asks before something that cannot be taken back, unless the user said yes already. Only `y` and `yes`
 * are a yes.
 *
 * @throws UsageError `not-a-terminal` where nobody can be asked
 */
export async function confirm(
  question: string,
  yes: boolean | undefined,
  unasked: Unasked,
): Promise<boolean> {
  return yes === true || /^y(es)?$/i.test(await askText(question, unasked));
}

/**
 * Asks on standard error, so that standard output stays for scripts, and reads the answer from standard
 * input.
 */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let end = () => {};
  const ended = new Promise<string>((resolve) => {
    end = () => {
      // Nobody pressed the key that ends the line.
      process.stderr.write('\n');
      resolve('');
    };
  });
  lines.once('close', end);
  try {
    return (await Promise.race([lines.question(`${question} `), ended])).trim();
  } finally {
    lines.off('close', end).close();
  }
}
