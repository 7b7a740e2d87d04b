import { apiError } from './api-error.ts';
import {
  type DiscoveredTypes,
  readAggregated,
  readCoreVersions,
  readGroupVersions,
  readResourceList,
} from './discovery-document.ts';
import { AnswerError } from './errors.ts';
import type { Transport } from './transport.ts';

/** Aggregated discovery where the server has it (1.26 and later), else the old documents. */
const AGGREGATED = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/** Asks a server for its version: `v1.36.3`, or nothing where it does not tell. */
export async function askVersion(transport: Transport): Promise<string> {
  const { body } = await transport.send({ method: 'GET', path: '/version' });
  const version = body?.gitVersion;
  return typeof version === 'string' ? version : '';
}

/**
 * Asks a server for all its types in all their versions.
 *
 * @throws ApiError, AnswerError
 */
export async function askTypes(transport: Transport): Promise<DiscoveredTypes> {
  return joined(await Promise.all([askRoot(transport, '/api'), askRoot(transport, '/apis')]));
}

async function askRoot(transport: Transport, root: '/api' | '/apis'): Promise<DiscoveredTypes> {
  const { cluster } = transport;
  const answer = await transport.send({ method: 'GET', path: root, accept: AGGREGATED });
  const { status, body } = answer;
  if (status !== 200) {
    const object = 'the list of its types';
    const about = { cluster, verb: 'read', object, resource: '', namespace: '' } as const;
    throw apiError(status, body, { ...about, secret: false });
  }
  const aggregated = readAggregated(body);
  if (aggregated !== undefined) return aggregated;
  const versions = root === '/api' ? readCoreVersions(body) : readGroupVersions(body);
  if (versions === undefined) throw new AnswerError(cluster, `${root} is no discovery document`);
  return joined(await Promise.all(versions.map((one) => askOneVersion(transport, root, one))));
}

async function askOneVersion(
  transport: Transport,
  root: string,
  apiVersion: string,
): Promise<DiscoveredTypes> {
  const { status, body } = await transport.send({ method: 'GET', path: `${root}/${apiVersion}` });
  if (status === 404) return { resources: [], unknown: [] };
  const resources = status === 200 ? readResourceList(apiVersion, body) : undefined;
  return resources === undefined
    ? { resources: [], unknown: [apiVersion] }
    : { resources, unknown: [] };
}

function joined(parts: readonly DiscoveredTypes[]): DiscoveredTypes {
  return {
    resources: parts.flatMap((part) => part.resources),
    unknown: parts.flatMap((part) => part.unknown),
  };
}
