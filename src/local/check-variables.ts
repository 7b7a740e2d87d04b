import { access, constants } from 'node:fs/promises';
import type { Environment } from './local-ports.ts';
import type { LocalRun } from './local-run.ts';
import { type Missing, missingVariables, unsetVariables } from './missing.ts';

/** Every variable that is not set, or names a file that cannot be read. */
export async function findMissing(
  { needed }: LocalRun,
  environment: Environment,
): Promise<Missing[]> {
  const unset = unsetVariables(needed, environment);
  const names = new Set(unset.map(({ variable }) => variable));
  const files = needed.filter(({ type, variable }) => type === 'file' && !names.has(variable));
  const absent = await Promise.all(
    files.map(async (file) => {
      const isThere = await isReadable(environment[file.variable] ?? '');
      return isThere ? [] : [{ ...file, isAbsentFile: true }];
    }),
  );
  return [...unset, ...absent.flat()];
}

/** @throws UserError `missing-variables`, which lists all of them */
export async function requireVariables(run: LocalRun, environment: Environment): Promise<void> {
  const missing = await findMissing(run, environment);
  if (missing.length > 0) throw missingVariables(missing);
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
