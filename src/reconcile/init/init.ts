import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseReference } from '../../image/reference.ts';
import { GLOBAL_FOLDER } from '../../model/declaration.ts';
import { UsageError } from '../../model/errors.ts';
import { quote } from '../../repository/quote.ts';
import { isLabel, LABEL_RULE } from '../../repository/schema.ts';
import { type FirstRepository, firstFiles, IGNORE_FILE } from './first-files.ts';
import { writeNewFiles } from './write-new-files.ts';

/**
 * Writes a first repository and program, of wishes that were checked, into a folder. A folder of git may
 * have a `.gitignore`, which stays as it is.
 *
 * @returns the paths of the files in the folder, sorted
 * @throws UserError `files-exist`, `cannot-write`; nothing is written then
 */
export async function initialize(folder: string, wishes: FirstRepository): Promise<string[]> {
  const all = [...firstFiles(wishes)];
  const keeps = await lstat(join(folder, IGNORE_FILE)).then(
    () => true,
    () => false,
  );
  const files = new Map(all.filter(([path]) => path !== IGNORE_FILE || !keeps));
  await writeNewFiles(folder, files);
  return [...files.keys()].sort();
}

/**
 * Refuses what no repository can have, before anybody is asked for more.
 *
 * @throws UsageError `invalid-name`, `push-by-digest`, UserError `invalid-image-reference`
 */
export function checkWishes({ namespace, environment, image }: Omit<FirstRepository, 'context'>) {
  checkName('--namespace', namespace);
  checkName('--environment', environment);
  if (namespace === GLOBAL_FOLDER) {
    throw new UsageError(`the folder \`${GLOBAL_FOLDER}\` is no namespace`, {
      code: 'invalid-name',
      hint: 'name the namespace of your first program',
    });
  }
  if (image !== undefined && parseReference(image).kind === 'digest') {
    throw new UsageError(`"${image}" names a digest, and its image is yet to be pushed`, {
      code: 'push-by-digest',
      hint: 'write REPOSITORY or REPOSITORY:TAG',
    });
  }
}

function checkName(flag: string, name: string): void {
  if (isLabel(name)) return;
  throw new UsageError(`${flag} is ${quote(name)}; expected ${LABEL_RULE}`, {
    code: 'invalid-name',
  });
}
