import type { Build } from '../../version.ts';

/** What the program says of itself; the first line is what scripts cut up. */
export function formatVersion(build: Build, node: string): string {
  return [
    `sisyphus ${build.version} (commit ${build.commit})`,
    `Kubernetes client ${build.kubernetesClient} (API ${build.kubernetesApi})`,
    `Node.js ${node}`,
  ].join('\n');
}
