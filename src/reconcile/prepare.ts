import { monitorDirectoryOf } from '../config.ts';
import type { DeclarationId } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import type { ObjectKey } from '../model/object.ts';
import type { Pause } from '../model/pause.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedObject } from '../model/record.ts';
import { narrow, type ObjectFilter } from '../plan/filter.ts';
import { type MassDelete, massDeletes } from '../plan/guard.ts';
import { isMadeBy, isPaused } from '../plan/maker.ts';
import { makePlan } from '../plan/plan.ts';
import { type Selection, select } from '../plan/selection.ts';
import { type Repository, readRepository } from '../repository/repository.ts';
import { checkFilter } from './check-filter.ts';
import { desiredObjects } from './desired.ts';
import type { House } from './house.ts';
import { readLive, readRest } from './live.ts';
import { loadPlan } from './load-plan.ts';
import { lookIntoNamespaces } from './namespace-watch.ts';
import { allButPaused, onlySelected } from './participants.ts';
import { findSameImages } from './same-images.ts';

/** A plan and what it was made from. */
export interface Prepared {
  readonly type: 'prepared';
  readonly plan: Plan;
  readonly recorded: readonly RecordedObject[];
  /** How many objects the repository wants of what the filter leaves, and in how many clusters. */
  readonly objects: number;
  readonly clusters: number;
  /** Where Namespaces are to go: uids of their clusters' tracked objects, and of what descends from them. */
  readonly trackedUids: ReadonlySet<string>;
  /** The monitor directory, as the database knows it. */
  readonly identity: string;
  /** The one that the database serves so far. */
  readonly served: string | undefined;
  /** What the plan leaves as it is because somebody paused it. */
  readonly paused: readonly Pause[];
  /** Clusters that the plan would empty by more than half; only with permission may it be applied. */
  readonly massDeletes: readonly MassDelete[];
}

/** Something is wrong, and so there is no plan. */
export interface Rejected {
  readonly type: 'rejected';
  readonly problems: readonly Problem[];
}

/** Takes the saved plan that the command is about, or makes one. */
export async function prepare(house: House): Promise<Prepared | Rejected> {
  const { savedPlan } = house.config;
  return savedPlan === undefined ? await makeAnew(house) : await loadPlan(house, savedPlan);
}

/** Reads the repository and the database, resolves, renders and plans. */
async function makeAnew(house: House): Promise<Prepared | Rejected> {
  const { config, state, clusters, images } = house;
  const [repository, everything, pauses, served] = await Promise.all([
    readRepository(monitorDirectoryOf(config), config),
    state.objects(),
    state.pauses(),
    state.repository(),
  ]);
  checkRepository(repository, served, everything, house);
  // One error for a kubeconfig that is not there, instead of one for each context that is named.
  if (repository.declarations.length > 0) void clusters.names;

  const { only } = config;
  const paused = pauses.map(({ declaration }) => declaration);
  const participants =
    only === undefined ? allButPaused(repository, paused) : onlySelected(repository, only);
  const lostIndexes = only === undefined ? lostFolders(repository, everything) : [];
  const isDoomed = lostIndexes.length + participants.problems.length > 0;
  // What was applied is most of what is wanted, so clusters can tell of it while images are resolved.
  const likely =
    config.live && !isDoomed
      ? keysOf(narrow(recordedOf(only, paused, everything), config.filter))
      : [];
  const early = readLive(likely, clusters);
  // Awaited below, unless there is no plan; nobody waits for a cluster then.
  early.catch(() => undefined);
  const assembled = await desiredObjects(participants, everything, house);
  const problems = [...lostIndexes, ...assembled.problems];
  if (problems.length > 0) return { type: 'rejected', problems };

  const { filter } = config;
  const { desired, recorded, notices } =
    only === undefined
      ? { desired: assembled.objects, recorded: everything, notices: [] }
      : select(only, paused, assembled.objects, everything);
  checkFilter(filter, [...desired, ...recorded]);
  const wanted = narrow(desired, filter);
  const live = config.live
    ? await readRest(await early, likely, keysOf(wanted), clusters)
    : undefined;
  const lost = lostContexts(recorded, clusters);
  const unavailable = { ...lost, ...assembled.unavailable, ...live?.unavailable };
  const seen = live === undefined ? {} : { live: live.objects };
  const sameImages = await findSameImages(desired, recorded, assembled.images, images);
  const made = makePlan({ desired, recorded, paused, filter, unavailable, sameImages, ...seen });
  const plan = { ...made, notices: [...made.notices, ...notices] };
  const looked = await lookIntoNamespaces(plan, recorded, clusters);
  return {
    type: 'prepared',
    ...looked,
    recorded,
    objects: wanted.length,
    clusters: new Set(wanted.map(({ key }) => key.cluster)).size,
    identity: repository.identity,
    served,
    paused: only === undefined ? pauses.filter((pause) => concerns(filter, pause)) : [],
    massDeletes: config.allowMassDelete ? [] : massDeletes(looked.plan, recorded),
  };
}

/** What is recorded of those objects that a plan may be about. */
function recordedOf(
  only: Selection | undefined,
  paused: readonly DeclarationId[],
  recorded: readonly RecordedObject[],
): readonly RecordedObject[] {
  return recorded.filter((object) =>
    only === undefined ? !isPaused(object, paused) : isMadeBy(object, only.declaration),
  );
}

function keysOf(objects: readonly { readonly key: ObjectKey }[]): ObjectKey[] {
  return objects.map(({ key }) => key);
}

function concerns({ namespace }: ObjectFilter, { declaration }: Pause): boolean {
  return namespace.length === 0 || namespace.includes(declaration.namespace);
}

/** A database serves one repository: another one's push would delete what it does not declare. */
function checkRepository(
  repository: Repository,
  served: string | undefined,
  recorded: readonly RecordedObject[],
  { config }: House,
): void {
  const { identity, declarations, namespaces, problems } = repository;
  if (served !== undefined && served !== identity && !config.adoptRepository) {
    throw new UserError(`this database serves the repository ${served}, not ${identity}`, {
      code: 'other-repository',
      hint: 'everything that this repository does not declare would be deleted; if that is meant, say push --adopt-repository',
    });
  }
  const declaresNothing = declarations.length + namespaces.length + problems.length === 0;
  if (config.only !== undefined || !declaresNothing) return;
  if (recorded.length > 0 && !config.allowMassDelete) {
    throw new UserError(
      `${repository.directory} has no folder with an index.yaml, but ${recorded.length} objects are tracked`,
      {
        code: 'empty-repository',
        hint: 'check the path; if everything is meant to be deleted, say --allow-mass-delete',
      },
    );
  }
  // A path one folder off, in all likelihood.
  if (recorded.length === 0 && served === undefined && !repository.isEmpty) {
    throw new UserError(`${repository.directory} has no folder with an index.yaml`, {
      code: 'empty-repository',
      hint: 'check the path: each folder in it with an index.yaml is a namespace; sisyphus init writes a first one',
    });
  }
}

/** A folder that lost its index.yaml must not delete what it declared. */
function lostFolders(repository: Repository, recorded: readonly RecordedObject[]): Problem[] {
  return repository.withoutIndex.flatMap((folder) => {
    const tracked = recorded.filter(
      ({ key, declaration }) => key.namespace === folder || declaration?.namespace === folder,
    ).length;
    if (tracked === 0) return [];
    const error = new UserError(
      `the folder ${folder} has no index.yaml, but ${tracked} objects that it declared are tracked`,
      {
        code: 'lost-index',
        hint: 'restore the file, or remove the folder if its objects are to be deleted',
      },
    );
    return [{ error }];
  });
}

/** Objects in a cluster whose context went from the kubeconfig can be neither seen nor deleted. */
function lostContexts(
  recorded: readonly RecordedObject[],
  clusters: House['clusters'],
): Record<string, string> {
  if (recorded.length === 0) return {};
  const known = new Set(clusters.names);
  const lost = new Set(recorded.map(({ key }) => key.cluster).filter((name) => !known.has(name)));
  const why =
    'the kubeconfig has no such context, but objects are tracked in it; restore it, or drop them with sisyphus forget';
  return Object.fromEntries([...lost].map((name) => [name, why]));
}
