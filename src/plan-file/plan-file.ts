import { readFile, realpath, stat } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import { replaceFile } from '../replace-file.ts';
import { formatPlanFile, parsePlanFile } from './format.ts';
import type { SavedPlan } from './saved-plan.ts';

/** No plan comes near; a text beyond it could not be held. */
const MAX_BYTES = 2 ** 28;

/**
 * Writes a plan file that only its owner may read, in one step: nobody ever sees half of it, and what
 * stood there before stays where that fails.
 *
 * @throws UserError `plan-file` where the file cannot be written
 */
export async function writePlanFile(path: string, plan: SavedPlan): Promise<void> {
  const text = formatPlanFile(plan);
  try {
    const target = await realpath(path).catch(() => path);
    await expectFile(target);
    replaceFile(target, text, { mode: 0o600, flush: true });
  } catch (error) {
    throw unusable('written', path, error);
  }
}

/** A device or a folder must not be replaced by a plan. */
async function expectFile(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (stats !== undefined && !stats.isFile()) throw new Error('it is no regular file');
}

/**
 * Reads a plan file.
 *
 * @throws UserError `plan-file` where it cannot be read, and what `parsePlanFile` throws
 */
export async function readPlanFile(path: string): Promise<SavedPlan> {
  return parsePlanFile(await readText(path), path);
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unusable('read', path, error);
  }
}

function unusable(what: 'written' | 'read', path: string, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const words = cause instanceof Error ? cause.message : String(cause);
  const reason = code === 'ENOENT' && what === 'read' ? 'there is no such file' : words;
  const message = `the plan file ${path} cannot be ${what}: ${reason}`;
  return new UserError(message, { code: 'plan-file', cause });
}

/**
 * Makes sure that this very version of the program made a plan: another one might apply it otherwise.
 *
 * @throws UserError `plan-version`
 */
export function expectProgram(plan: SavedPlan, version: string): void {
  if (plan.program === version) return;
  throw new UserError(`the plan was made by version ${plan.program}; this is version ${version}`, {
    code: 'plan-version',
    hint: `make a new plan with this version, or apply it with version ${plan.program}`,
  });
}
