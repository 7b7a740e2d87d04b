import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Access } from './access.ts';

/** The context of the cluster in which this process is a Pod. */
export const IN_CLUSTER = 'in-cluster';

/** Where the kubelet puts a Pod's service account. */
const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The variables that the kubelet sets in every container. */
export interface PodEnvironment {
  readonly KUBERNETES_SERVICE_HOST?: string | undefined;
  readonly KUBERNETES_SERVICE_PORT?: string | undefined;
}

/**
 * How a Pod reaches its own cluster; undefined where this process is in none. The token is read from
 * its file again and again, because the kubelet rotates it.
 */
export function inClusterAccess(
  environment: PodEnvironment,
  directory = SERVICE_ACCOUNT_DIRECTORY,
): Access | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  const tokenFile = join(directory, 'token');
  if (!host || !existsSync(tokenFile)) return undefined;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(server)) return undefined;
  return {
    context: IN_CLUSTER,
    cluster: {
      server: new URL(server),
      ca: { file: join(directory, 'ca.crt') },
      insecure: false,
    },
    user: { tokenFile, headers: {} },
  };
}
