import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';

/** How to reach one cluster as its administrator. */
export interface ClusterAccess {
  /** The name of its context. */
  readonly name: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly token: string;
}

/** Writes a kubeconfig with one context for each cluster; the first one is current. */
export async function writeKubeconfig(
  path: string,
  clusters: readonly ClusterAccess[],
): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': clusters[0]?.name,
    clusters: clusters.map(({ name, server, certificateAuthority }) => ({
      name,
      cluster: {
        server,
        'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
      },
    })),
    users: clusters.map(({ name, token }) => ({ name, user: { token } })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  };
  await writeFile(path, stringify(config, { lineWidth: 0 }), { mode: 0o600 });
}
