import { createInterface } from 'node:readline/promises';

/**
 * Asks a question on standard error, so that standard output stays for scripts, and reads the answer
 * from standard input. Only `y` and `yes` are a yes; the end of input is a no.
 */
export async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} `), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
