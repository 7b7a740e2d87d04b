import { createInterface } from 'node:readline/promises';
import { UsageError } from '../model/errors.ts';

/**
 * Asks a question on standard error, so that standard output stays for scripts, and reads the answer
 * from standard input. Only `y` and `yes` are a yes; the end of input is a no.
 */
async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} `), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/**
 * Asks before something that cannot be taken back, unless the user said yes already.
 *
 * @throws UsageError `not-a-terminal` where nobody can be asked
 */
export async function confirm(
  question: string,
  yes: boolean | undefined,
  { refusal, hint }: { readonly refusal: string; readonly hint: string },
): Promise<boolean> {
  if (yes === true) return true;
  if (process.stdin.isTTY === true) return await ask(question);
  throw new UsageError(`there is no terminal to ask on; ${refusal}`, {
    code: 'not-a-terminal',
    hint,
  });
}
