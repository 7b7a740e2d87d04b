import type { LocalCommand, Word } from './value.ts';

/** Needs no quotes in any shell. */
const BARE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Prints a command for a POSIX shell, one variable a line. Variables of the user's environment stay
 * references, so that no secret is shown.
 */
export function formatCommand({ program, args, env }: LocalCommand): string {
  const line = [plainWord(program), ...args.map(formatWord)].join(' ');
  const assignments = env.map(({ name, value }) => `${plainWord(name)}=${formatWord(value)}`);
  // A shell takes only names of its own kind before a command.
  const needsEnv = env.some(({ name }) => !SHELL_NAME.test(name));
  return [...(needsEnv ? ['env'] : []), ...assignments, line].join(' \\\n');
}

function formatWord(word: Word): string {
  const [first, ...others] = word;
  if (first === undefined) return "''";
  if (others.length === 0) {
    return first.type === 'text' ? plainWord(first.text) : `"$${first.variable}"`;
  }
  const parts = word.map((part) =>
    part.type === 'text' ? part.text.replace(/[\\"$`]/g, '\\$&') : `\${${part.variable}}`,
  );
  return `"${parts.join('')}"`;
}

function plainWord(text: string): string {
  return BARE.test(text) ? text : quote(text);
}

/** Within single quotes everything stands for itself, but a single quote. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
