import pLimit from 'p-limit';
import { formatResource } from '../../cluster/hint.ts';
import type { Cluster, Resource, Verb } from '../../cluster/port.ts';
import { count } from '../../model/count.ts';
import { compareBytes } from '../../model/object.ts';
import {
  type About,
  answeredSince,
  check,
  type Finding,
  failed,
  fine,
  warning,
} from './finding.ts';
import type { Needs, TypeNeed } from './needs.ts';

/** What a push needs to do with its objects, and what it needs only when some of them go. */
const NEEDED: readonly Verb[] = ['get', 'create', 'patch'];
const NEEDED_TO_DELETE: readonly Verb[] = ['list', 'delete'];

/** Server-side apply is stable since 1.22; a misspelt field is refused since 1.27. */
const OLDEST_MINOR = 22;
const STRICT_MINOR = 27;

const QUESTIONS_AT_ONCE = 16;

/** Looks whether a cluster answers, which version it has, and what its user may do there. */
export async function checkCluster(
  context: string,
  clusterOf: (context: string) => Cluster,
  needs: Needs,
): Promise<readonly Finding[]> {
  const about: About = { area: 'cluster', subject: context };
  const found = await check(
    about,
    async () => checkVersion(about, clusterOf(context)),
    `look whether the cluster runs and its address in the kubeconfig is right; kubectl --context ${context} version asks it, too`,
  );
  if (found.some(({ verdict }) => verdict === 'failed')) return found;
  const permissions: About = { area: 'permissions', subject: context };
  const allowed = await check(permissions, () =>
    checkPermissions(permissions, clusterOf(context), needs),
  );
  return [...found, ...allowed];
}

async function checkVersion(about: About, cluster: Cluster): Promise<Finding> {
  const beganMs = performance.now();
  const version = await cluster.version();
  const latency = answeredSince(beganMs);
  const message = `Kubernetes ${version || 'of an unknown version'}, ${latency}`;
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  if (major !== '1' || minor === undefined || Number(minor) >= STRICT_MINOR) {
    return fine(about, message);
  }
  return Number(minor) < OLDEST_MINOR
    ? failed(about, message, `Sisyphus needs 1.${OLDEST_MINOR} or later: upgrade the cluster`)
    : warning(about, message, `before 1.${STRICT_MINOR} misspelt fields are dropped, not refused`);
}

async function checkPermissions(
  about: About,
  cluster: Cluster,
  needs: Needs,
): Promise<readonly Finding[]> {
  const atOnce = pLimit(QUESTIONS_AT_ONCE);
  const wanted = [...needs.values()];
  const resources = await Promise.all(wanted.map((type) => cluster.resourceOf(type)));
  const unknown = wanted.filter((_, index) => resources[index] === undefined);
  const denials = await Promise.all(
    wanted.flatMap((need, index) => {
      const resource = resources[index];
      if (resource === undefined) return [];
      return [...NEEDED, ...NEEDED_TO_DELETE].map(async (verb) => {
        const namespaces = await denied(cluster, verb, resource, need, atOnce);
        return namespaces === undefined ? [] : [{ verb, resource, namespaces }];
      });
    }),
  ).then((all) => all.flat());
  const findings = [
    ...unknown.map(({ apiVersion, kind }) =>
      warning(
        about,
        `the cluster knows no kind ${kind} in ${apiVersion}`,
        'install its CustomResourceDefinition, unless the repository declares it',
      ),
    ),
    ...denials.map((denial) => told(about, cluster.name, denial)),
  ];
  return findings.length > 0
    ? findings
    : [fine(about, `all that a push needs with ${count(wanted.length, 'kind')}`)];
}

interface Denial {
  readonly verb: Verb;
  readonly resource: Resource;
  /** Empty for all of them. */
  readonly namespaces: readonly string[];
}

/**
 * Where something is not allowed; undefined where it is everywhere. Whoever may do it in all
 * namespaces is not asked about each.
 */
async function denied(
  cluster: Cluster,
  verb: Verb,
  resource: Resource,
  { namespaces }: TypeNeed,
  atOnce: <T>(ask: () => Promise<T>) => Promise<T>,
): Promise<readonly string[] | undefined> {
  if (await atOnce(() => cluster.may(verb, resource))) return undefined;
  if (!resource.namespaced || namespaces.size === 0) return [];
  const answers = await Promise.all(
    [...namespaces].map(async (namespace) => {
      return (await atOnce(() => cluster.may(verb, resource, namespace))) ? [] : [namespace];
    }),
  );
  const found = answers.flat().sort(compareBytes);
  return found.length === 0 ? undefined : found;
}

function told(about: About, context: string, { verb, resource, namespaces }: Denial): Finding {
  const [namespace] = namespaces;
  const type = formatResource(resource);
  const where = namespaces.length === 0 ? '' : ` in ${namespaces.join(', ')}`;
  const message = `may not ${verb} ${type}${where}`;
  const flag = namespace === undefined ? '' : ` --namespace ${namespace}`;
  const test = `kubectl --context ${context} auth can-i ${verb} ${type}${flag} tests it`;
  const grant = `grant it to the context's user by a ${namespace === undefined ? 'ClusterRole' : 'Role'}; ${test}`;
  return NEEDED.includes(verb)
    ? failed(about, message, grant)
    : warning(about, message, `a push that deletes, and refresh, will fail: ${grant}`);
}
