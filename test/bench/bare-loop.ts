import { Pool } from 'undici';
import { collectionPath, objectPath, type Query } from '../../src/cluster/api-path.ts';
import { DEFAULT_LIMITS } from '../../src/cluster/limits.ts';
import type { Resource } from '../../src/cluster/port.ts';
import { WELL_KNOWN } from '../../src/cluster/well-known.ts';
import { isSecret, type Manifest } from '../../src/model/object.ts';
import type { ClusterAccess } from '../bed/kubeconfig.ts';
import type { Manifests } from './manifests.ts';

/** A request as it goes out, made before the clock runs. */
interface BareRequest {
  readonly method: 'PATCH' | 'POST';
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** As many as the product opens to one cluster. */
const { connections } = DEFAULT_LIMITS;

/**
 * Sends to each cluster what a first push sends, and nothing else: the same bodies over as many
 * kept connections, Namespaces before what is in them, without planning, recording or looking at
 * answers. So it takes as long as the API servers need on this machine.
 * @returns milliseconds
 */
export async function runBareLoop(
  clusters: readonly ClusterAccess[],
  manifests: Manifests,
): Promise<number> {
  const loops = clusters.map((access) => openLoop(access, manifests[access.name] ?? []));
  try {
    // Connections are open and tokens known before the clock runs.
    await Promise.all(loops.map((loop) => loop.warmUp()));
    const beganAtMs = performance.now();
    await Promise.all(loops.map((loop) => loop.run()));
    return performance.now() - beganAtMs;
  } finally {
    await Promise.all(loops.map((loop) => loop.close()));
  }
}

function openLoop(access: ClusterAccess, objects: readonly Manifest[]) {
  const { server, certificateAuthority: ca, token } = access;
  const pool = new Pool(server, { connections, connect: { ca } });
  const authorization = `Bearer ${token}`;
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(writeRequest);
  const others = objects.filter(({ kind }) => kind !== 'Namespace').map(writeRequest);
  const send = async ({ method, path, contentType, body }: BareRequest) => {
    const headers = { authorization, 'content-type': contentType, accept: 'application/json' };
    const answer = await pool.request({ method, path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 201) throw new Error(`${method} ${path}: ${text}`);
  };
  const sendAll = async (requests: readonly BareRequest[]) => {
    const left = requests.values();
    const work = async () => {
      for (const request of left) await send(request);
    };
    await Promise.all(Array.from({ length: connections }, work));
  };
  return {
    async warmUp() {
      const ask = async () => {
        const { body } = await pool.request({ method: 'GET', path: '/version' });
        await body.dump();
      };
      await Promise.all(Array.from({ length: connections }, ask));
    },
    async run() {
      await sendAll(namespaces);
      await sendAll(others);
    },
    close: () => pool.close(),
  };
}

/** The request with which a first push writes an object: a Secret is created, others are applied. */
function writeRequest(manifest: Manifest): BareRequest {
  const { name, namespace = '' } = manifest.metadata;
  const resource = resourceOf(manifest);
  const body = JSON.stringify(manifest);
  const query: Query = { fieldManager: 'sisyphus', fieldValidation: 'Strict', timeout: '30s' };
  if (isSecret(resource)) {
    const path = collectionPath(resource, namespace, query);
    return { method: 'POST', path, contentType: 'application/json', body };
  }
  const path = objectPath(resource, { namespace, name }, { ...query, force: 'false' });
  return { method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body };
}

/** Where the objects of a manifest's type are in the API. */
export function resourceOf({ apiVersion, kind }: Manifest): Resource {
  const found = WELL_KNOWN.find((one) => one.apiVersion === apiVersion && one.kind === kind);
  if (found === undefined) throw new Error(`no workload has a ${kind}`);
  return found;
}
