import pLimit from 'p-limit';
import { objectPath } from '../../src/cluster/api-path.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest } from '../../src/model/object.ts';
import { callApi } from '../bed/api-call.ts';
import type { ClusterAccess } from '../bed/kubeconfig.ts';
import { resourceOf } from './bare-loop.ts';
import type { Manifests } from './manifests.ts';

/** Of so many objects that can drift one does. */
const every = 10;

/**
 * Changes a field that the repository sets in every tenth Deployment, or ConfigMap where there are
 * no Deployments, as a person with kubectl would.
 * @returns how many objects drifted
 */
export async function makeDrift(
  clusters: readonly ClusterAccess[],
  manifests: Manifests,
): Promise<number> {
  const limit = pLimit(8);
  const work = clusters.flatMap((access) => {
    const objects = manifests[access.name] ?? [];
    const kind = objects.some((object) => object.kind === 'Deployment')
      ? 'Deployment'
      : 'ConfigMap';
    const chosen = objects
      .filter((object) => object.kind === kind)
      .filter((_, i) => i % every === 0);
    return chosen.map((object) => limit(() => change(access, object)));
  });
  await Promise.all(work);
  return work.length;
}

async function change(access: ClusterAccess, manifest: Manifest): Promise<void> {
  const { name, namespace = '' } = manifest.metadata;
  const path = objectPath(resourceOf(manifest), { namespace, name }, { fieldManager: 'somebody' });
  const patch: JsonObject =
    manifest.kind === 'Deployment' ? { spec: { replicas: 7 } } : { data: { LOG_LEVEL: 'debug' } };
  const { status } = await callApi(access, 'PATCH', path, patch, MERGE);
  if (status !== 200) throw new Error(`PATCH ${path} answered ${status}`);
}

const MERGE = 'application/merge-patch+json';
