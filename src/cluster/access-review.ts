import { apiGroup, valueAt } from '../model/object.ts';
import { apiError } from './api-error.ts';
import type { Resource, Verb } from './port.ts';
import type { Transport } from './transport.ts';

const API_VERSION = 'authorization.k8s.io/v1';

/**
 * Asks whether the context's user may do something (`SelfSubjectAccessReview`, which every user may
 * ask and which is not stored).
 *
 * @param namespace all of them where it is undefined
 * @throws ApiError, UnreachableError, AnswerError
 */
export async function mayDo(
  transport: Transport,
  verb: Verb,
  { apiVersion, resource }: Resource,
  namespace = '',
): Promise<boolean> {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const resourceAttributes = { verb, group: apiGroup(apiVersion), version, resource, namespace };
  const { status, body } = await transport.send({
    method: 'POST',
    path: `/apis/${API_VERSION}/selfsubjectaccessreviews`,
    contentType: 'application/json',
    body: JSON.stringify({
      apiVersion: API_VERSION,
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }),
  });
  if (status < 300) return valueAt(body, 'status', 'allowed') === true;
  const object = 'a review of permissions';
  const about = { verb: 'create', object, resource: '', namespace: '', secret: false } as const;
  throw apiError(status, body, { cluster: transport.cluster, ...about });
}
