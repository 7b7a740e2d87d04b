import { join, parse } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';

/**
 * Makes a bundle leave out what it imports dynamically: it imports a file beside it instead, which another
 * build makes.
 *
 * @param parts takes what to build: the source by the name of the file, without `.js`
 */
export function leaveParts(parts: Map<string, string>): Plugin {
  return {
    name: 'leave-parts',
    setup({ onResolve }) {
      onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const { name } = parse(path);
        const source = join(resolveDir, path);
        if ((parts.get(name) ?? source) !== source) {
          return { errors: [{ text: `would be ${name}.js, as would ${parts.get(name)}` }] };
        }
        parts.set(name, source);
        return { path: `./${name}.js`, external: true };
      });
    },
  };
}

/**
 * Checks that two bundles of one program share no module, of which there would be two: an error of one
 * half is no `instanceof` the other's class, and what one half notes the other does not know.
 *
 * @param harmless modules that both may hold, because they have neither classes nor state
 * @throws Error that lists modules that both hold, or of which only one does what is called harmless
 */
export function requireApart(
  { inputs: ofOne }: Metafile,
  { inputs: ofOther }: Metafile,
  harmless: readonly string[],
): void {
  const both = Object.keys(ofOne).filter((path) => path in ofOther);
  const wrong = both.filter((path) => !harmless.includes(path));
  if (wrong.length > 0) throw new Error(`Both halves of the program hold ${wrong.join(', ')}.`);
  const needless = harmless.filter((path) => !both.includes(path));
  if (needless.length > 0) throw new Error(`Only one half would hold ${needless.join(', ')}.`);
}
