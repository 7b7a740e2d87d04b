import type { OfflineClusters } from '../cluster/offline.ts';
import { UserError } from '../model/errors.ts';
import { compareBytes } from '../model/object.ts';
import type { Problem } from '../model/problem.ts';
import { readRepository } from '../repository/repository.ts';
import { type Desired, desiredObjects } from './desired.ts';
import type { House } from './house.ts';

/** What was found in a repository without asking anybody. */
export interface Validated {
  readonly declarations: number;
  /** How many objects they render to, as far as their images are known. */
  readonly objects: number;
  /** What a push would refuse. */
  readonly problems: readonly Problem[];
  /** What could not be checked, and why. */
  readonly notices: readonly Problem[];
}

/** What renders a repository without asking anybody. */
export interface ValidationTools extends Pick<House, 'images' | 'programs'> {
  readonly clusters: OfflineClusters;
}

/**
 * Reads and renders a repository as a push does, with what this machine knows. What it does not know
 * is a notice.
 *
 * @throws UserError `monitor-directory`, `broken-kubeconfig`
 */
export async function validateRepository(
  directory: string,
  tools: ValidationTools,
): Promise<Validated> {
  const repository = await readRepository(directory);
  const { declarations } = repository;
  const desired = await desiredObjects(repository, [], tools);
  const isUnknown = ({ error }: Problem) => error.code === 'image-not-cached';
  const isEmpty = declarations.length + repository.namespaces.length === 0;
  return {
    declarations: declarations.length,
    objects: desired.objects.length,
    problems: desired.problems.filter((problem) => !isUnknown(problem)),
    notices: [
      ...(isEmpty ? [emptyRepository(directory)] : []),
      ...(tools.clusters.areKnown || declarations.length === 0 ? [] : [noKubeconfig()]),
      ...desired.problems.filter(isUnknown),
      ...unasked(desired, tools.clusters).map(unknownKinds),
    ],
  };
}

/** The clusters that would have to be asked; an unknown context is a problem already. */
function unasked({ unavailable }: Desired, { areKnown, names }: OfflineClusters): string[] {
  const asked = Object.keys(unavailable).filter((name) => !areKnown || names.includes(name));
  return asked.sort(compareBytes);
}

function emptyRepository(directory: string): Problem {
  return notice('empty-repository', `${directory} has no folder with an index.yaml`);
}

function noKubeconfig(): Problem {
  return notice(
    'no-kubeconfig',
    'there is no kubeconfig, so the names of contexts are not checked',
  );
}

function unknownKinds(cluster: string): Problem {
  return notice(
    'unknown-kinds',
    `some kinds are not checked, because it is not known here which ones cluster ${cluster} serves`,
    'sisyphus diff asks the cluster and keeps the answer',
  );
}

function notice(code: string, message: string, hint?: string): Problem {
  const error = new UserError(message, { code, ...(hint && { hint }) });
  return { error };
}
