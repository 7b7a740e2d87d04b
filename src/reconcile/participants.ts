import { parseReference, withScheme } from '../image/reference.ts';
import { type Declaration, type DeclarationId, declarationKey } from '../model/declaration.ts';
import { UsageError } from '../model/errors.ts';
import type { Problem } from '../model/problem.ts';
import type { Selection } from '../plan/selection.ts';
import type { Repository } from '../repository/repository.ts';
import { isSameDeclaration, unknownDeclaration } from './near.ts';

/** What of a repository a plan is made from. */
export interface Participants {
  readonly declarations: readonly Declaration[];
  /** What was found wrong with them while reading. */
  readonly problems: readonly Problem[];
}

/** Everything that is not paused; of what is, not even the problems count. */
export function allButPaused(
  { declarations, problems }: Repository,
  paused: readonly DeclarationId[],
): Participants {
  const keys = new Set(paused.map(declarationKey));
  const isActive = (id: DeclarationId | undefined) =>
    id === undefined || !keys.has(declarationKey(id));
  return {
    declarations: declarations.filter(({ id }) => isActive(id)),
    problems: problems.filter(({ declaration }) => isActive(declaration)),
  };
}

/**
 * The one declaration that is asked for, paused or not. Others' problems are not in its way, unless
 * it may stand in what could not be read.
 *
 * @throws UserError `unknown-declaration`, `invalid-image-reference`; UsageError for an image where
 *   there is none to replace
 */
export function onlySelected(repository: Repository, { declaration: id, image }: Selection) {
  const found = repository.declarations.find((one) => isSameDeclaration(one.id, id));
  const own = repository.problems.filter(({ declaration }) => isSameDeclaration(declaration, id));
  if (found !== undefined) return { declarations: [withImage(found, image)], problems: own };
  const unreadable = repository.problems.filter(({ declaration }) => declaration === undefined);
  const problems = own.length > 0 ? own : unreadable;
  if (problems.length > 0) return { declarations: [], problems };
  throw unknownDeclaration(
    id,
    repository.declarations.map((one) => one.id),
  );
}

function withImage(declaration: Declaration, image: string | undefined): Declaration {
  if (image === undefined) return declaration;
  if (declaration.type === 'KubernetesYaml') {
    throw new UsageError('a KubernetesYaml has no config image', {
      code: 'no-config-image',
      hint: 'leave out --image',
    });
  }
  const { value: declared, position } = declaration.image;
  const value = withScheme(image, declared);
  // What is wrong with it has no place in the declaration's file.
  parseReference(value);
  return { ...declaration, image: { value, position } };
}
