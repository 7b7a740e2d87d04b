import { UserError } from '../model/errors.ts';
import { StarlarkError } from '../starlark/starlark-error.ts';

/**
 * Says which flag helps where a program asks for what only a cluster knows, or loads from another root.
 *
 * @param root the folder that `//` stands for, where a flag chooses it
 * @throws UserError in place of a StarlarkError that a flag helps with
 */
export async function hinting<T>(evaluation: Promise<T>, root?: string): Promise<T> {
  try {
    return await evaluation;
  } catch (error) {
    const hint = error instanceof StarlarkError ? hintFor(error, root) : undefined;
    if (!(error instanceof StarlarkError) || hint === undefined) throw error;
    const { message, code, detail } = error;
    throw new UserError(message, {
      code,
      hint,
      ...(detail !== undefined && { detail }),
      cause: error,
    });
  }
}

function hintFor({ message, code }: StarlarkError, root: string | undefined): string | undefined {
  const [, input] = /\b(namespace|cluster)\(\) has no value here/.exec(message) ?? [];
  if (input !== undefined) return `give it a value with --${input}`;
  if (root === undefined || code !== 'starlark-load') return undefined;
  return `// in load statements stands for ${root}; name another folder with --config-root`;
}
