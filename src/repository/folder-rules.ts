import { GLOBAL_FOLDER } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import type { SourcePosition } from '../model/position.ts';
import type { LocatedObject } from './objects.ts';
import { quote } from './quote.ts';
import { isLabel, LABEL_RULE, type SisyphusKind } from './schema.ts';

/** What forbids a declaration of a kind in a folder. */
export function checkDeclarationFolder(
  kind: SisyphusKind | undefined,
  folder: string,
  position: SourcePosition,
): UserError[] {
  const needsNamespace = kind === 'Deployment' || kind === 'CronJob';
  if (folder !== GLOBAL_FOLDER || !needsNamespace) return [];
  const sentence = `A ${kind} needs a namespace, so it cannot be declared in the folder \`${GLOBAL_FOLDER}\`; move it into the folder of its namespace.`;
  return [new UserError(sentence, { code: 'misplaced-declaration', position })];
}

/**
 * What forbids an object in a folder, as far as its scope (namespaced or not) does not matter. A
 * namespace equal to the folder's is redundant, but does no harm.
 */
export function checkObjectFolder(object: LocatedObject, folder: string): UserError[] {
  const { apiVersion, kind, metadata } = object.value;
  const namespace = metadata.namespace ?? '';
  const refuse = (code: string, position: SourcePosition, sentence: string) => [
    new UserError(sentence, { code, position }),
  ];
  if (folder === GLOBAL_FOLDER) {
    if (namespace === '' || isLabel(namespace)) return [];
    const sentence = `\`metadata.namespace\`: expected ${LABEL_RULE}.`;
    return refuse('invalid-field', object.namespacePosition, sentence);
  }
  if (apiVersion === 'v1' && kind === 'Namespace') {
    const sentence = `A Namespace cannot be declared in the folder ${quote(folder)}; declare it in the folder \`${GLOBAL_FOLDER}\`.`;
    return refuse('misplaced-object', object.position, sentence);
  }
  if (namespace === '' || namespace === folder) return [];
  const sentence = `\`metadata.namespace\` is ${quote(namespace)}, but all objects of this folder are in the namespace ${quote(folder)}; remove the field, or declare the object in the folder \`${GLOBAL_FOLDER}\`.`;
  return refuse('misplaced-object', object.namespacePosition, sentence);
}
