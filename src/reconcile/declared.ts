import type { DeclarationId } from '../model/declaration.ts';
import { formatError, SisyphusError } from '../model/errors.ts';
import { type ObjectKey, sameObjectId } from '../model/object.ts';
import { isNamespace } from '../plan/filter.ts';
import { readRepository } from '../repository/repository.ts';
import type { House } from './house.ts';
import { renderRepository } from './render-repository.ts';

/** Whether the repository declares an object. */
export type Declared =
  /** A Namespace that is only added for what lives in it has no declaration. */
  | { readonly type: 'yes'; readonly declaration?: DeclarationId }
  | { readonly type: 'no' }
  | { readonly type: 'unknown'; readonly why: string };

/** Renders the repository, paused declarations included, and looks for an object in it. */
export async function findDeclared(key: ObjectKey, house: House): Promise<Declared> {
  const { monitorDirectory } = house.config;
  if (monitorDirectory === undefined) return unknown('no monitor directory is given');
  try {
    return await searchRepository(monitorDirectory, key, house);
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    return unknown(thrown.message);
  }
}

async function searchRepository(
  directory: string,
  key: ObjectKey,
  house: House,
): Promise<Declared> {
  const [repository, served] = await Promise.all([
    readRepository(directory, house.config),
    house.state.repository(),
  ]);
  if (served !== undefined && served !== repository.identity) {
    return unknown(`this database serves the repository ${served}, not ${repository.identity}`);
  }
  const { objects, problems } = await renderRepository(repository.declarations, house);
  const id = sameObjectId(key);
  const found = objects.find((object) => sameObjectId(object.key) === id);
  if (found?.declaration !== undefined) return { type: 'yes', declaration: found.declaration };
  const livesIn = ({ cluster, namespace }: ObjectKey) =>
    cluster === key.cluster && namespace === key.name;
  if (isNamespace(key) && objects.some((object) => livesIn(object.key))) return { type: 'yes' };
  const [problem] = [...repository.problems, ...problems];
  return problem === undefined ? { type: 'no' } : unknown(formatError(problem.error));
}

function unknown(why: string): Declared {
  return { type: 'unknown', why };
}
