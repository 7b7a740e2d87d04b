import type { Environment } from './local-ports.ts';
import type { LocalCommand, Word } from './value.ts';

/** Replaces the variables of a command by their values; only what is started may see the result. */
export function realize(
  { args, env }: LocalCommand,
  values: Environment,
): { readonly args: readonly string[]; readonly env: Environment } {
  const text = (word: Word) =>
    word.map((part) => (part.type === 'text' ? part.text : (values[part.variable] ?? ''))).join('');
  return {
    args: args.map(text),
    env: Object.fromEntries(env.map(({ name, value }) => [name, text(value)])),
  };
}
