import { monitorDirectoryOf } from '../config.ts';
import { SisyphusError, UserError } from '../model/errors.ts';
import { type ObjectKey, sameObjectId } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedObject } from '../model/record.ts';
import { massDeletes } from '../plan/guard.ts';
import { checkState } from '../plan-file/check-state.ts';
import { toPlan } from '../plan-file/convert.ts';
import type { SavedPlan } from '../plan-file/saved-plan.ts';
import { checkChanges, isToBeChecked } from './check-changes.ts';
import type { House } from './house.ts';
import { readLive } from './live.ts';
import { lookIntoNamespaces } from './namespace-watch.ts';
import { readPlannedValues } from './planned-values.ts';
import type { Prepared, Rejected } from './prepare.ts';

/**
 * Takes a plan that was saved, if it can still be applied as it is: the database and the clusters have
 * to be as they were when it was made, as far as it is about them. A cluster that cannot be reached
 * costs only its own changes.
 *
 * @throws UserError where the database serves another repository, or values cannot be read
 */
export async function loadPlan(house: House, saved: SavedPlan): Promise<Prepared | Rejected> {
  const { config, state, clusters } = house;
  const [recorded, pauses, served] = await Promise.all([
    state.objects(),
    state.pauses(),
    state.repository(),
  ]);
  checkServed(saved, served);
  const paused = pauses.map(({ declaration }) => declaration);
  const stale = [...checkContexts(saved, house), ...checkState(saved, { recorded, paused })];
  if (stale.length > 0) return { type: 'rejected', problems: stale };

  const rows = new Map(recorded.map((object) => [sameObjectId(object.key), object]));
  const plan = toPlan(saved, ({ key }) => rows.get(sameObjectId(key)) as RecordedObject);
  const live = await readLive(keysToRead(plan, saved), clusters);
  const checked = checkChanges(plan.changes, live);
  const directory = () => monitorDirectoryOf(config);
  const complete = await readPlannedValues(checked.changes, saved, directory);
  const problems = [...checked.problems, ...complete.problems];
  if (problems.length > 0) return { type: 'rejected', problems };

  const reachable = without(live.unavailable, { ...plan, changes: complete.changes });
  const looked = await lookIntoNamespaces(reachable, recorded, clusters);
  const { objects, clusters: clusterCount, repository } = saved;
  return {
    type: 'prepared',
    ...looked,
    recorded,
    objects,
    clusters: clusterCount,
    identity: repository.identity,
    served,
    paused: [],
    massDeletes: config.allowMassDelete ? [] : massDeletes(looked.plan, recorded),
  };
}

/** The first push of a plan's repository makes the database serve it; another one's moves the state. */
function checkServed({ repository, served: before }: SavedPlan, served: string | undefined): void {
  if (served === before || served === repository.identity) return;
  const what = served === undefined ? 'no repository yet' : `the repository ${served}`;
  const expected = before ?? repository.identity;
  throw new UserError(`this database serves ${what}, but the plan was made for ${expected}`, {
    code: 'other-repository',
    hint: 'name the database that the plan was made with, or make a new plan with sisyphus diff --out',
  });
}

/** Every cluster of the plan must be a context of the kubeconfig. */
function checkContexts({ changes }: SavedPlan, { clusters }: House): Problem[] {
  const names = new Set(changes.map(({ key }) => key.cluster));
  return [...names].flatMap((name) => {
    try {
      clusters.get(name);
      return [];
    } catch (error) {
      if (!(error instanceof SisyphusError)) throw error;
      return [{ error }];
    }
  });
}

/** An object is compared in the version of its API in which the plan saw it. */
function keysToRead({ changes }: Plan, { live }: SavedPlan): ObjectKey[] {
  return changes
    .filter(isToBeChecked)
    .map(({ key, recorded }) => (live ? key : (recorded?.key ?? key)));
}

/** Leaves clusters out of a plan, with the reason. */
function without(unavailable: Plan['unavailable'], plan: Plan): Plan {
  const isLeft = ({ key }: { readonly key: ObjectKey }) => !Object.hasOwn(unavailable, key.cluster);
  return {
    ...plan,
    changes: plan.changes.filter(isLeft),
    releases: plan.releases.filter((key) => isLeft({ key })),
    claims: plan.claims.filter(isLeft),
    unavailable: { ...plan.unavailable, ...unavailable },
  };
}
