import { isSecret, type Manifest, valueAt } from '../model/object.ts';
import { apiError } from './api-error.ts';
import { collectionPath } from './api-path.ts';
import { AnswerError } from './errors.ts';
import { type Action, formatResource } from './hint.ts';
import type { Resource } from './port.ts';
import { METADATA_LIST_ONLY, receiveListed } from './received.ts';
import { readStatus } from './status.ts';
import type { ApiAnswer, Transport } from './transport.ts';

/** How much of each object a list brings. */
export type ListContent = 'metadata' | 'whole';

/**
 * Lists the objects of a type page by page; a Secret never comes with its values.
 *
 * The pages are of one moment, which the server forgets after some minutes. It then gives a token
 * with which the list goes on behind the last page as it is by now, so that an object which is there
 * all the while comes exactly once.
 *
 * @param namespace empty for all
 * @throws ApiError, AnswerError
 */
export async function* listObjects(
  transport: Transport,
  type: Resource,
  namespace: string,
  { content, pageSize }: { readonly content: ListContent; readonly pageSize: number },
): AsyncGenerator<readonly Manifest[]> {
  const accept = content === 'metadata' || isSecret(type) ? METADATA_LIST_ONLY : 'application/json';
  let token: string | undefined;
  do {
    const path = collectionPath(type, namespace, { limit: String(pageSize), continue: token });
    const answer = await transport.send({ method: 'GET', path, accept });
    if (answer.status === 410) {
      token = readStatus(answer.status, answer.body).continueToken;
      if (token === undefined) throw listError(transport, type, namespace, answer);
      continue;
    }
    if (answer.status !== 200) throw listError(transport, type, namespace, answer);
    yield receivePage(transport, type, answer, content);
    const next = valueAt(answer.body, 'metadata', 'continue');
    token = typeof next === 'string' && next !== '' ? next : undefined;
  } while (token !== undefined);
}

function receivePage(
  transport: Transport,
  type: Resource,
  { body }: ApiAnswer,
  content: ListContent,
): Manifest[] {
  const items = valueAt(body, 'items') ?? [];
  const objects = Array.isArray(items)
    ? items.map((item) => receiveListed(item, type, content))
    : [undefined];
  const manifests = objects.filter((object) => object !== undefined);
  if (manifests.length === objects.length) return manifests;
  throw new AnswerError(transport.cluster, `it sent no list of ${formatResource(type)}`);
}

function listError({ cluster }: Transport, type: Resource, namespace: string, answer: ApiAnswer) {
  const resource = formatResource(type);
  const action: Action = {
    cluster,
    verb: 'list',
    object: namespace === '' ? resource : `${resource} in ${namespace}`,
    resource,
    namespace,
    secret: false,
  };
  return apiError(answer.status, answer.body, action);
}
