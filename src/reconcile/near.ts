import { type DeclarationId, declarationKey, formatDeclaration } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import { nearest } from '../repository/suggest.ts';

const NAMED_MAX = 3;

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** `did you mean A, B or C?`, of what is named alike; undefined where nothing is. */
export function didYouMean<T extends Named>(
  wanted: Named,
  known: readonly T[],
  format: (one: T) => string,
): string | undefined {
  const names = nearest(wanted.name, [...new Set(known.map(({ name }) => name))]);
  const alike = names.flatMap((near) => known.filter(({ name }) => name === near));
  const isNear = ({ namespace }: T) => namespace === wanted.namespace;
  const sorted = [...alike.filter(isNear), ...alike.filter((one) => !isNear(one))];
  const meant = [...new Set(sorted.map(format))].slice(0, NAMED_MAX);
  const last = meant.pop();
  if (last === undefined) return undefined;
  return `did you mean ${meant.length === 0 ? last : `${meant.join(', ')} or ${last}`}?`;
}

/** The error for a declaration of which nobody knows. */
export function unknownDeclaration(id: DeclarationId, known: readonly DeclarationId[]): UserError {
  return new UserError(`there is no declaration ${formatDeclaration(id)}`, {
    code: 'unknown-declaration',
    hint:
      didYouMean(id, known, formatDeclaration) ??
      'name it as in the repository: the kind, the folder as the namespace, and the name',
  });
}

/** Whether two names are one declaration's. */
export function isSameDeclaration(a: DeclarationId | undefined, b: DeclarationId): boolean {
  return a !== undefined && declarationKey(a) === declarationKey(b);
}
