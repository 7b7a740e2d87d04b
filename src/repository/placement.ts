import { GLOBAL_FOLDER } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import type { PlacedObject } from './objects.ts';
import { isLabel, LABEL_RULE } from './schema.ts';

/**
 * What forbids an object in a folder, as far as its scope (namespaced or not) does not matter. A
 * namespace equal to the folder's is redundant, but does no harm.
 */
export function checkPlacement(object: PlacedObject, folder: string): UserError[] {
  const { apiVersion, kind, metadata } = object.value;
  const namespace = metadata.namespace ?? '';
  const isNamespace = apiVersion === 'v1' && kind === 'Namespace';
  if (folder !== GLOBAL_FOLDER && isNamespace) {
    const sentence = `A Namespace cannot be declared in the folder \`${folder}\`; declare it in the folder \`${GLOBAL_FOLDER}\`.`;
    return [new UserError(sentence, { code: 'misplaced-object', position: object.position })];
  }
  if (namespace === '') return [];
  const position = object.namespacePosition;
  if (folder === GLOBAL_FOLDER) {
    if (isLabel(namespace)) return [];
    const sentence = `\`metadata.namespace\`: expected ${LABEL_RULE}.`;
    return [new UserError(sentence, { code: 'invalid-field', position })];
  }
  if (namespace === folder) return [];
  const sentence = `\`metadata.namespace\` is \`${namespace}\`, but all objects of this folder are in the namespace \`${folder}\`; remove the field, or declare the object in the folder \`${GLOBAL_FOLDER}\`.`;
  return [new UserError(sentence, { code: 'misplaced-object', position })];
}
