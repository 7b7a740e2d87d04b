import { type DeclarationId, declarationKey, GLOBAL_FOLDER } from '../model/declaration.ts';
import type { RecordedObject } from '../model/record.ts';

/** Kinds of declarations with a program, and the kinds of the objects that bear their name. */
const NAMESAKES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['Deployment', 'Service'],
  CronJob: ['CronJob'],
};

/**
 * Whether a declaration makes an object. Where nobody noted which one does, as in a database of the
 * Original, the objects of a program are known by their name.
 */
export function isMadeBy({ key, declaration }: RecordedObject, id: DeclarationId): boolean {
  if (declaration !== undefined) return declarationKey(declaration) === declarationKey(id);
  const kinds = NAMESAKES[id.kind] ?? [];
  return kinds.includes(key.kind) && key.namespace === id.namespace && key.name === id.name;
}

/**
 * Whether an object belongs to a paused declaration. One of which nothing was noted may be any
 * KubernetesYaml's of its folder or of `global`, and is not deleted on a guess.
 */
export function isPaused(object: RecordedObject, paused: readonly DeclarationId[]): boolean {
  if (paused.some((id) => isMadeBy(object, id))) return true;
  const { key, declaration, sent, createdHere } = object;
  // What was sent or imported by this program is nobody else's to have declared.
  if (declaration !== undefined || sent !== undefined || createdHere === false) return false;
  const folders = [key.namespace, GLOBAL_FOLDER];
  return paused.some(
    ({ kind, namespace }) => kind === 'KubernetesYaml' && folders.includes(namespace),
  );
}
