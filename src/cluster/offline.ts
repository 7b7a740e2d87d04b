import { ServiceError, UserError } from '../model/errors.ts';
import { type ClustersOptions, openCluster, openClusters } from './kubeconfig.ts';
import type { Cluster, Clusters } from './port.ts';

/** Clusters that are not asked: only what discovery has kept of them is known. */
export interface OfflineClusters extends Clusters {
  /** Whether there is a kubeconfig; without one every name may be a context. */
  readonly areKnown: boolean;
}

/**
 * Opens the clusters of the kubeconfig without ever asking one; where there is no kubeconfig, a
 * cluster of any name. What the cache does not know is ServiceError `offline`.
 *
 * @throws UserError `broken-kubeconfig`
 */
export function openOfflineClusters(
  options: Omit<ClustersOptions, 'beforeWrite'>,
): OfflineClusters {
  const offline = { ...options, beforeRequest: refuse };
  const clusters = openClusters(offline);
  try {
    return { ...clusters, names: clusters.names, areKnown: true };
  } catch (thrown) {
    if (!(thrown instanceof UserError) || thrown.code !== 'no-kubeconfig') throw thrown;
    return clustersOfAnyName(offline);
  }
}

function clustersOfAnyName(options: ClustersOptions): OfflineClusters {
  const open = new Map<string, Cluster>();
  return {
    names: [],
    current: undefined,
    areKnown: false,
    get(name) {
      const known = open.get(name) ?? openNowhere(name, options);
      open.set(name, known);
      return known;
    },
    close: async () => undefined,
  };
}

/** A cluster of which nobody knows where it is; it knows the types that every cluster has. */
function openNowhere(context: string, options: ClustersOptions): Cluster {
  const cluster = { server: new URL('https://offline.invalid'), insecure: false };
  return openCluster({ context, cluster, user: { headers: {} } }, options).cluster;
}

function refuse(): never {
  throw new ServiceError('no cluster is asked', { code: 'offline' });
}
