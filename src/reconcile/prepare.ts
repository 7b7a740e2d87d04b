import { declarationKey } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { UserError } from '../model/errors.ts';
import { compareBytes, type ObjectKey } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedObject } from '../model/record.ts';
import { narrow, type ObjectFilter } from '../plan/filter.ts';
import { type MassDelete, massDeletes, namespacesToDelete, spareInhabited } from '../plan/guard.ts';
import { makePlan } from '../plan/plan.ts';
import { assemble } from '../render/assemble.ts';
import { type Repository, readRepository } from '../repository/repository.ts';
import type { House } from './house.ts';
import { findInhabitants } from './inhabitants.ts';
import { readLive } from './live.ts';
import { uidsOf } from './namespace-watch.ts';
import { renderRepository } from './render-repository.ts';
import { findScopes } from './scopes.ts';

/** A plan and what it was made from. */
export interface Prepared {
  readonly type: 'prepared';
  readonly plan: Plan;
  readonly recorded: readonly RecordedObject[];
  /** What the filter leaves of what the repository wants. */
  readonly desired: readonly DesiredObject[];
  /** Uids of tracked objects, and of what descends from them in Namespaces that are to go. */
  readonly trackedUids: ReadonlySet<string>;
  /** The monitor directory, as the database knows it. */
  readonly identity: string;
  /** Clusters that the plan would empty by more than half; only with permission may it be applied. */
  readonly massDeletes: readonly MassDelete[];
}

/** Reads the repository and the database, resolves, renders and plans. */
export async function prepare(
  house: House,
): Promise<Prepared | { readonly type: 'rejected'; readonly problems: readonly Problem[] }> {
  const { config, state, clusters } = house;
  const [repository, recorded, pauses, served] = await Promise.all([
    readRepository(config.monitorDirectory),
    state.objects(),
    state.pauses(),
    state.repository(),
  ]);
  checkRepository(repository, served, recorded, house);
  // One error for a kubeconfig that is not there, instead of one for each context that is named.
  if (repository.declarations.length > 0) void clusters.names;

  const paused = new Set(pauses.map((pause) => declarationKey(pause.declaration)));
  const isActive = ({ declaration }: Problem) =>
    declaration === undefined || !paused.has(declarationKey(declaration));
  const active = repository.declarations.filter(({ id }) => !paused.has(declarationKey(id)));
  const rendered = await renderRepository(active, house);
  const scopes = await findScopes(rendered.objects, recorded, clusters);
  const assembled = assemble(rendered.objects, scopes.of);
  const problems = [
    ...repository.problems.filter(isActive),
    ...lostFolders(repository, recorded),
    ...rendered.problems,
    ...scopes.problems,
    ...assembled.problems,
  ];
  if (problems.length > 0) return { type: 'rejected', problems };

  const { filter } = config;
  const desired = assembled.objects;
  checkFilter(filter, [...desired, ...recorded]);
  const live = config.live
    ? await readLive(
        desired.map(({ key }) => key),
        clusters,
      )
    : undefined;
  const lost = lostContexts(recorded, clusters);
  const unavailable = { ...lost, ...scopes.unavailable, ...live?.unavailable };
  const seen = live === undefined ? {} : { live: live.objects };
  const plan = makePlan({ desired, recorded, paused, filter, unavailable, ...seen });
  const looked = await lookIntoNamespaces(plan, recorded, house);
  return {
    type: 'prepared',
    plan: looked.plan,
    recorded,
    desired: narrow(desired, filter),
    trackedUids: looked.trackedUids,
    identity: repository.identity,
    massDeletes: config.allowMassDelete ? [] : massDeletes(looked.plan, recorded),
  };
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
      hint: 'everything that this repository does not declare would be deleted; if that is meant, say --adopt-repository',
    });
  }
  const isEmpty = declarations.length + namespaces.length + problems.length === 0;
  if (isEmpty && recorded.length > 0 && !config.allowMassDelete) {
    throw new UserError(
      `${repository.directory} has no folder with an index.yaml, but ${recorded.length} objects are tracked`,
      {
        code: 'empty-repository',
        hint: 'check the path; if everything is meant to be deleted, say --allow-mass-delete',
      },
    );
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

/** A filter that nothing passes is a mistake: `Nothing to do` would be a false comfort. */
function checkFilter(filter: ObjectFilter, objects: readonly { readonly key: ObjectKey }[]): void {
  for (const part of Object.keys(filter) as (keyof ObjectFilter)[]) {
    const known = new Set(objects.map(({ key }) => key[part]));
    const unknown = filter[part].find((value) => !known.has(value));
    if (unknown === undefined) continue;
    const values = [...known].filter((value) => value !== '').sort(compareBytes);
    throw new UserError(`no object has the ${part} ${unknown}`, {
      code: 'nothing-matches',
      hint: `there are: ${values.slice(0, 20).join(', ') || 'none'}`,
    });
  }
}

/** Plans the deletion of no Namespace in which somebody else's objects live. */
async function lookIntoNamespaces(
  plan: Plan,
  recorded: readonly RecordedObject[],
  { clusters }: House,
): Promise<{ readonly plan: Plan; readonly trackedUids: ReadonlySet<string> }> {
  const tracked = uidsOf(recorded);
  const found = await Promise.all(
    namespacesToDelete(plan).map((key) => findInhabitants(clusters.get(key.cluster), key, tracked)),
  );
  const descendants = found.flatMap((one) => one.descendants);
  return {
    plan: spareInhabited(plan, found),
    trackedUids: new Set([...tracked, ...descendants]),
  };
}
