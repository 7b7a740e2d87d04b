import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Bed } from '../bed/bed.ts';
import type { ClusterAccess } from '../bed/kubeconfig.ts';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: {
      readonly server: string;
      readonly 'certificate-authority-data': string;
    };
  }[];
  readonly users: readonly { readonly name: string; readonly user: { readonly token: string } }[];
}

/** How to reach the clusters of a bed without any client of Kubernetes, in the order of its contexts. */
export async function accessOf(bed: Bed): Promise<ClusterAccess[]> {
  const config = parse(await readFile(bed.kubeconfigPath, 'utf8')) as Kubeconfig;
  return config.clusters.map(({ name, cluster }) => ({
    name,
    server: cluster.server,
    certificateAuthority: Buffer.from(cluster['certificate-authority-data'], 'base64').toString(),
    token: config.users.find((user) => user.name === name)?.user.token ?? '',
  }));
}
