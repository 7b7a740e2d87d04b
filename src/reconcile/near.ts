import { type DeclarationId, declarationKey, formatDeclaration } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import { nearest } from '../repository/suggest.ts';

const NAMES_MAX = 3;

/** `did you mean A, B or C?`, with what is named most like a name; undefined where nothing is. */
export function didYouMean<T>(
  name: string,
  known: readonly T[],
  nameOf: (one: T) => string,
  format: (one: T) => string,
): string | undefined {
  const names = nearest(name, [...new Set(known.map(nameOf))]);
  const meant = names.flatMap((near) => known.filter((one) => nameOf(one) === near));
  const [last, ...others] = [...new Set(meant.map(format))].slice(0, NAMES_MAX).reverse();
  if (last === undefined) return undefined;
  const words = others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
  return `did you mean ${words}?`;
}

/** The error for a declaration of which nobody knows. */
export function unknownDeclaration(id: DeclarationId, known: readonly DeclarationId[]): UserError {
  const nameOf = ({ namespace, name }: DeclarationId) => `${namespace}/${name}`;
  const hint =
    didYouMean(nameOf(id), known, nameOf, formatDeclaration) ??
    'name it as in the repository: the kind, the folder as the namespace, and the name';
  return new UserError(`there is no declaration ${formatDeclaration(id)}`, {
    code: 'unknown-declaration',
    hint,
  });
}

/** Whether two names are one declaration's. */
export function isSameDeclaration(a: DeclarationId | undefined, b: DeclarationId): boolean {
  return a !== undefined && declarationKey(a) === declarationKey(b);
}
