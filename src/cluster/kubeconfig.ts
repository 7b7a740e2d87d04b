import { distance } from 'fastest-levenshtein';
import { UserError } from '../model/errors.ts';
import { compareBytes } from '../model/object.ts';
import type { Access } from './access.ts';
import { Discovery } from './discovery.ts';
import { DiscoveryCache } from './discovery-cache.ts';
import { IN_CLUSTER, inClusterAccess } from './in-cluster.ts';
import { type Kubeconfig, kubeconfigPaths, readKubeconfig } from './kubeconfig-merge.ts';
import { type ClusterLimits, DEFAULT_LIMITS } from './limits.ts';
import type { Cluster, Clusters } from './port.ts';
import type { ProxyEnvironment } from './proxy.ts';
import { RestCluster } from './rest-cluster.ts';
import { Transport } from './transport.ts';

/** What the clusters are opened with. */
export interface ClustersOptions {
  /** The value of `KUBECONFIG`; `~/.kube/config` where it is undefined or empty. */
  readonly kubeconfig?: string;
  /** Where discovery is kept from run to run; without it nothing is kept. */
  readonly cacheDirectory?: string;
  readonly limits?: Partial<ClusterLimits>;
  /** Names proxies and, in a Pod, the API server. Default: this process's. */
  readonly environment?: ProxyEnvironment;
  /** Called before each request: a SisyphusError that it throws stops it. */
  readonly beforeRequest?: () => void;
  /** Breaks off what is under way in all clusters when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * Called right before each attempt to change something in a cluster, retries included: the last
   * moment to find that a lease is gone. A SisyphusError that it throws stops the request.
   */
  readonly beforeWrite?: () => void;
}

/**
 * Opens the clusters of the kubeconfig. Nothing is read before a name is asked for, and no cluster is
 * connected to before something is asked of it.
 *
 * Reading names, or getting a cluster, throws UserError: `no-kubeconfig`, `broken-kubeconfig`,
 * `unknown-context`, `not-in-cluster`.
 */
export function openClusters(options: ClustersOptions): Clusters {
  const { kubeconfig: variable, environment = process.env } = options;
  const open = new Map<string, { readonly cluster: Cluster; readonly transport: Transport }>();
  let read: { readonly kubeconfig: Kubeconfig | undefined } | undefined;
  const kubeconfig = () => {
    read ??= { kubeconfig: readKubeconfig(variable) };
    return read.kubeconfig;
  };

  return {
    get names() {
      const names = new Set(kubeconfig()?.contexts);
      if (inClusterAccess(environment) !== undefined) names.add(IN_CLUSTER);
      else if (kubeconfig() === undefined) throw noKubeconfig(variable);
      return [...names].sort(compareBytes);
    },
    get current() {
      const isPod = inClusterAccess(environment) !== undefined;
      return kubeconfig()?.current ?? (isPod ? IN_CLUSTER : undefined);
    },
    get(name) {
      const known = open.get(name);
      if (known !== undefined) return known.cluster;
      const access = kubeconfig()?.access(name) ?? podAccess(name, environment);
      if (access === undefined) throw unknownContext(name, kubeconfig(), variable);
      const opened = openCluster(access, options);
      open.set(name, opened);
      return opened.cluster;
    },
    async close() {
      await Promise.all([...open.values()].map(({ transport }) => transport.close()));
    },
  };
}

/** Opens one cluster. Nothing is connected before something is asked of it. */
export function openCluster(access: Access, options: ClustersOptions) {
  const { cacheDirectory, environment = process.env } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const transport = new Transport({ ...options, access, limits, environment });
  const discovery = new Discovery(transport, new DiscoveryCache(cacheDirectory));
  return { transport, cluster: new RestCluster(transport, discovery, limits) };
}

function podAccess(name: string, environment: ProxyEnvironment): Access | undefined {
  if (name !== IN_CLUSTER) return undefined;
  const access = inClusterAccess(environment);
  if (access !== undefined) return access;
  throw new UserError(`the context ${IN_CLUSTER} is the cluster of a Pod, but this is not a Pod`, {
    code: 'not-in-cluster',
    hint: 'a Pod has KUBERNETES_SERVICE_HOST and the token of its service account',
  });
}

function unknownContext(
  name: string,
  kubeconfig: Kubeconfig | undefined,
  variable: string | undefined,
): UserError {
  if (kubeconfig === undefined) return noKubeconfig(variable);
  const { contexts, paths } = kubeconfig;
  const meant = nearest(name, contexts);
  const known =
    contexts.length === 0 ? 'there are none' : `the known ones are ${contexts.join(', ')}`;
  return new UserError(`the context "${name}" is not in ${paths.join(', ')}; ${known}`, {
    code: 'unknown-context',
    hint: meant === undefined ? 'kubectl config get-contexts lists them' : `did you mean ${meant}?`,
  });
}

function noKubeconfig(variable: string | undefined): UserError {
  const source = variable ? ' (from KUBECONFIG)' : '';
  const places = kubeconfigPaths(variable).join(', ');
  return new UserError(`there is no kubeconfig; it was looked for at ${places}${source}`, {
    code: 'no-kubeconfig',
    hint: 'set KUBECONFIG to the file that kubectl uses for your clusters',
  });
}

/** The known name that was most likely meant. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(name, candidate) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length * 0.4)))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}
