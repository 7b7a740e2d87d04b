import type { Clusters } from '../../cluster/port.ts';
import type { RegistryClient } from '../../image/registry.ts';
import { count } from '../../model/count.ts';
import { type Repository, readRepository } from '../../repository/repository.ts';
import type { DatabaseFacts } from '../../state/port.ts';
import { checkCluster } from './check-cluster.ts';
import { checkCache, checkDatabase, checkProgram } from './check-machine.ts';
import { checkRegistries } from './check-registries.ts';
import { type About, check, type Finding, failed, fine } from './finding.ts';
import { needsOf, usualNeeds } from './needs.ts';

/** What an examination is about and stands on. Nothing of it is ever changed. */
export interface Patient {
  readonly version: string;
  /** The monitor directory; without one, the usual is looked at in all clusters. */
  readonly directory: string | undefined;
  readonly cacheDirectory: string;
  readonly clusters: Clusters;
  readonly registry: RegistryClient;
  /** Looks at the database; absent where none can be meant. */
  readonly inspectDatabase?: () => Promise<DatabaseFacts>;
}

/** Looks at everything that a push needs, at the same time, and tells it in a fixed order. */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const { directory } = patient;
  const aboutRepository: About = { area: 'repository' };
  let repository: Repository | undefined;
  const read = await check(aboutRepository, async () => {
    if (directory === undefined) return [];
    repository = await readRepository(directory);
    return toldRepository(aboutRepository, repository);
  });
  const parts = await Promise.all([
    [checkProgram(patient.version, process.versions.node)],
    checkCache(patient.cacheDirectory),
    read,
    examineDatabase(patient, repository),
    examineClusters(patient, repository),
    checkRegistries(repository?.declarations ?? [], patient.registry),
  ]);
  return parts.flat();
}

function toldRepository(about: About, { directory, declarations, problems }: Repository): Finding {
  const what = `${directory}: ${count(declarations.length, 'declaration')}`;
  return problems.length === 0
    ? fine(about, what)
    : failed(
        about,
        `${what}, ${count(problems.length, 'error')}`,
        'sisyphus validate names every one with its place',
      );
}

async function examineDatabase(
  { inspectDatabase }: Patient,
  repository: Repository | undefined,
): Promise<readonly Finding[]> {
  if (inspectDatabase === undefined) return [];
  return await check({ area: 'database' }, async () =>
    checkDatabase(await inspectDatabase(), repository?.identity),
  );
}

async function examineClusters(
  { clusters }: Patient,
  repository: Repository | undefined,
): Promise<readonly Finding[]> {
  const about: About = { area: 'kubeconfig' };
  let names: readonly string[] = [];
  const kubeconfig = await check(about, async () => {
    names = clusters.names;
    return fine(about, `contexts ${names.join(', ') || 'none'}`);
  });
  if (kubeconfig.some(({ verdict }) => verdict === 'failed')) return kubeconfig;
  const needs = needsOf(repository?.declarations ?? []);
  const contexts = repository === undefined ? names : [...needs.keys()].sort();
  const found = await Promise.all(
    contexts.map((name) => checkCluster(name, clusters.get, needs.get(name) ?? usualNeeds())),
  );
  return [...kubeconfig, ...found.flat()];
}
