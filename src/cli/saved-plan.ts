import { existsSync } from 'node:fs';
import { type Config, monitorDirectoryOf } from '../config.ts';
import { toSavedPlan } from '../plan-file/convert.ts';
import type { SavedPlan } from '../plan-file/saved-plan.ts';
import type { Prepared } from '../reconcile/prepare.ts';
import { version } from '../version.ts';

/** Saves a plan in a file, for `sisyphus push --plan`. Throws what `writePlanFile` throws. */
export async function savePlan(path: string, prepared: Prepared, config: Config): Promise<void> {
  const { writePlanFile } = await import('../plan-file/plan-file.ts');
  const { plan, recorded, identity, served, objects, clusters, massDeletes } = prepared;
  const saved = await toSavedPlan(plan, recorded, {
    program: version,
    createdAt: new Date().toISOString(),
    createdBy: config.actor.username,
    repository: { identity, directory: monitorDirectoryOf(config) },
    served,
    filter: config.filter,
    live: config.live,
    objects,
    clusters,
    massDeletes,
  });
  await writePlanFile(path, saved);
}

/**
 * Reads a plan that this version of the program can apply.
 *
 * @throws UserError where the file holds no plan, or one of another version
 */
export async function readOwnPlan(path: string): Promise<SavedPlan> {
  const { expectProgram, readPlanFile } = await import('../plan-file/plan-file.ts');
  const plan = await readPlanFile(path);
  expectProgram(plan, version);
  return plan;
}

/** The monitor directory that a plan was made from; undefined where this machine has no such place. */
export function homeOf({ repository }: SavedPlan): string | undefined {
  return existsSync(repository.directory) ? repository.directory : undefined;
}
