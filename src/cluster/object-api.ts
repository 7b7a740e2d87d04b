import {
  formatObject,
  isSecret,
  type Manifest,
  type ObjectKey,
  type ObjectType,
} from '../model/object.ts';
import { apiError } from './api-error.ts';
import type { Discovery } from './discovery.ts';
import { AnswerError, ApiError } from './errors.ts';
import { type Action, formatResource, UNKNOWN_TYPE_HINT } from './hint.ts';
import type { Resource } from './port.ts';
import { METADATA_ONLY, receiveObject } from './received.ts';
import { isUnknownType, readStatus, type Status } from './status.ts';
import type { ApiAnswer, ApiRequest, Transport } from './transport.ts';

/** An answer to a request about an object of a type. */
export interface ObjectAnswer extends ApiAnswer {
  readonly resource: Resource;
}

/** Asks a cluster about single objects: knows their types' places, and what may be told of them. */
export class ObjectApi {
  readonly #transport: Transport;
  readonly #discovery: Discovery;

  constructor(transport: Transport, discovery: Discovery) {
    this.#transport = transport;
    this.#discovery = discovery;
  }

  /**
   * Sends a request about an object.
   *
   * @param build makes the request for the place that the object's type has in the API
   * @returns undefined where the cluster does not know the type
   */
  async send(
    key: ObjectKey,
    build: (resource: Resource) => ApiRequest,
  ): Promise<ObjectAnswer | undefined> {
    const resource = await this.#discovery.locate(key);
    if (resource === undefined) return undefined;
    const answer = await this.#sendTo(resource, build(resource));
    if (answer.status !== 404 || !isUnknownType(readStatus(404, answer.body))) return answer;
    // A definition that was made anew may have another plural or scope than the one that was kept.
    const today = await this.#discovery.ask(key);
    const isMoved =
      today?.resource !== resource.resource || today.namespaced !== resource.namespaced;
    return today !== undefined && isMoved ? await this.#sendTo(today, build(today)) : answer;
  }

  /** How to ask for an object of a type so that no value of a Secret is sent. */
  accept(type: ObjectType): string | undefined {
    return isSecret(type) ? METADATA_ONLY : undefined;
  }

  /**
   * Takes the object from an answer.
   *
   * @throws ApiError where the answer is an error, or the cluster does not know the type
   * @throws AnswerError where the answer is something else
   */
  receive(verb: Action['verb'], key: ObjectKey, answer: ObjectAnswer | undefined): Manifest {
    if (answer === undefined) throw this.#unknownType(verb, key);
    if (answer.status >= 300) throw this.error(verb, key, answer);
    const object = receiveObject(answer.body, key);
    if (object !== undefined) return object;
    const why = `what came back for ${formatObject(key)} is not that object`;
    throw new AnswerError(this.#transport.cluster, why);
  }

  /** The error for an answer that is one. */
  error(verb: Action['verb'], key: ObjectKey, { status, body, resource }: ObjectAnswer): ApiError {
    return apiError(status, body, {
      cluster: this.#transport.cluster,
      verb,
      object: formatObject(key),
      resource: formatResource(resource),
      namespace: key.namespace,
      secret: isSecret(key),
    });
  }

  async #sendTo(resource: Resource, request: ApiRequest): Promise<ObjectAnswer> {
    const isLearned = this.#discovery.isLearned(resource);
    const isPassing = (status: Status) =>
      (isLearned && isUnknownType(status)) || request.isPassing?.(status) === true;
    const accept = request.accept ?? this.accept(resource);
    return { ...(await this.#transport.send({ ...request, accept, isPassing })), resource };
  }

  #unknownType(verb: Action['verb'], key: ObjectKey): ApiError {
    const { cluster } = this.#transport;
    return new ApiError(
      `cluster ${cluster} cannot ${verb} ${formatObject(key)}: it serves no ${key.apiVersion} ${key.kind}`,
      { status: 404, reason: 'NotFound', hint: UNKNOWN_TYPE_HINT },
    );
  }
}
