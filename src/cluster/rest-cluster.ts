import { SECRET_MASK } from '../model/desired.ts';
import { InternalError } from '../model/errors.ts';
import { FIELD_MANAGER } from '../model/field-manager.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import {
  formatObject,
  isSecret,
  type Manifest,
  type ObjectKey,
  type ObjectType,
  valueAt,
} from '../model/object.ts';
import { mayDo } from './access-review.ts';
import { apiError } from './api-error.ts';
import { checkNamespace, collectionPath, objectPath, type Query } from './api-path.ts';
import { cameFromLostAttempt } from './creation.ts';
import type { Discovery } from './discovery.ts';
import type { ClusterLimits } from './limits.ts';
import { type ListContent, listObjects } from './list-objects.ts';
import { ObjectApi } from './object-api.ts';
import { waitFor, waitUntilGone } from './object-wait.ts';
import type {
  ApplyOptions,
  Cluster,
  PatchOperation,
  Preconditions,
  Resource,
  Verb,
  Written,
} from './port.ts';
import { receiveObject } from './received.ts';
import { isLostUpdate } from './status.ts';
import type { Transport } from './transport.ts';
import type { Watched } from './wait.ts';

const JSON_TYPE = 'application/json';

/** A cluster behind the REST API of its API server. */
export class RestCluster implements Cluster {
  readonly name: string;
  readonly #transport: Transport;
  readonly #discovery: Discovery;
  readonly #limits: ClusterLimits;
  readonly #api: ObjectApi;

  constructor(transport: Transport, discovery: Discovery, limits: ClusterLimits) {
    this.name = transport.cluster;
    this.#transport = transport;
    this.#discovery = discovery;
    this.#limits = limits;
    this.#api = new ObjectApi(transport, discovery);
  }

  async apply(manifest: Manifest, options: ApplyOptions): Promise<Written> {
    const { manager, force, dryRun = false } = options;
    const key = this.#keyOf(manifest);
    refuseMask(manifest, key);
    const query = { ...this.#writing(manager, dryRun), force: String(force) };
    const isForOneVersion = manifest.metadata.resourceVersion !== undefined;
    const answer = await this.#api.send(key, (resource) => ({
      method: 'PATCH',
      path: objectPath(resource, key, query),
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(manifest),
      isPassing: isForOneVersion ? undefined : isLostUpdate,
    }));
    const object = this.#api.receive('apply', key, answer);
    return {
      object,
      created: answer?.status === 201 || cameFromLostAttempt(object, answer, manager),
    };
  }

  async create(manifest: Manifest, { dryRun = false } = {}): Promise<Written> {
    const key = this.#keyOf(manifest);
    refuseMask(manifest, key);
    const answer = await this.#api.send(key, (resource) => {
      checkNamespace(resource, key);
      const path = collectionPath(resource, key.namespace, this.#writing(FIELD_MANAGER, dryRun));
      const body = JSON.stringify(manifest);
      return { method: 'POST', path, contentType: JSON_TYPE, body, isPassing: isLostUpdate };
    });
    if (answer?.status === 409 && answer.attempts > 1) {
      const object = await this.get(key);
      if (object && cameFromLostAttempt(object, answer, FIELD_MANAGER))
        return { object, created: true };
    }
    return { object: this.#api.receive('create', key, answer), created: true };
  }

  async patch(key: ObjectKey, operations: readonly PatchOperation[]): Promise<Manifest> {
    const answer = await this.#api.send(key, (resource) => ({
      method: 'PATCH',
      path: objectPath(resource, key, this.#writing(FIELD_MANAGER)),
      contentType: 'application/json-patch+json',
      body: JSON.stringify(operations),
    }));
    return this.#api.receive('patch', key, answer);
  }

  async get(key: ObjectKey): Promise<Manifest | undefined> {
    const answer = await this.#api.send(key, (resource) => ({
      method: 'GET',
      path: objectPath(resource, key),
    }));
    if (answer === undefined || answer.status === 404) return undefined;
    return this.#api.receive('read', key, answer);
  }

  listMetadata(type: Resource, namespace: string | undefined): AsyncIterable<readonly Manifest[]> {
    return this.#list(type, namespace, 'metadata');
  }

  list(type: Resource, namespace: string | undefined): AsyncIterable<readonly Manifest[]> {
    return this.#list(type, namespace, 'whole');
  }

  #list(type: Resource, namespace = '', content: ListContent) {
    const { pageSize } = this.#limits;
    return listObjects(this.#transport, type, namespace, { content, pageSize });
  }

  async delete(key: ObjectKey, preconditions: Preconditions): Promise<boolean> {
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions,
    };
    const answer = await this.#api.send(key, (resource) => ({
      method: 'DELETE',
      path: objectPath(resource, key, { timeout: this.#timeout }),
      contentType: JSON_TYPE,
      body: JSON.stringify(options),
    }));
    if (answer === undefined || answer.status === 404) return false;
    if (answer.status >= 300) throw this.#api.error('delete', key, answer);
    return true;
  }

  async waitUntilGone(key: ObjectKey, uid: string | undefined, timeoutMs: number): Promise<void> {
    await waitUntilGone(this.#watched(key), key, uid, timeoutMs);
  }

  async waitFor(
    key: ObjectKey,
    condition: (object: Manifest) => boolean,
    timeoutMs: number,
  ): Promise<Manifest> {
    return await waitFor(this.#watched(key), key, condition, timeoutMs);
  }

  async resourceOf(type: ObjectType): Promise<Resource | undefined> {
    return await this.#discovery.find(type);
  }

  async resources(): Promise<readonly Resource[]> {
    return await this.#discovery.all();
  }

  async version(): Promise<string> {
    const { status, body } = await this.#transport.send({ method: 'GET', path: '/version' });
    if (status < 300) return String(valueAt(body, 'gitVersion') ?? '');
    const about = { object: 'its version', resource: '', namespace: '', secret: false } as const;
    throw apiError(status, body, { cluster: this.name, verb: 'read', ...about });
  }

  async may(verb: Verb, type: Resource, namespace?: string): Promise<boolean> {
    return await mayDo(this.#transport, verb, type, namespace);
  }

  learn(definition: Manifest): void {
    this.#discovery.learn(definition);
  }

  #watched(key: ObjectKey): Watched {
    return {
      read: () => this.get(key),
      receive: (object) => receiveObject(object, key),
      pause: (delayMs) => this.#transport.pause(delayMs),
      watch: (since, timeoutMs) => this.#watch(key, since, timeoutMs),
    };
  }

  async *#watch(key: ObjectKey, since: Manifest, timeoutMs: number): AsyncGenerator<JsonObject> {
    const resource = await this.#discovery.locate(key);
    const resourceVersion = valueAt(since, 'metadata', 'resourceVersion');
    if (resource === undefined || typeof resourceVersion !== 'string') return;
    const query = {
      watch: 'true',
      fieldSelector: `metadata.name=${key.name}`,
      resourceVersion,
      timeoutSeconds: String(Math.ceil(timeoutMs / 1_000)),
    };
    const path = collectionPath(resource, key.namespace, query);
    const request = { method: 'GET', path, accept: this.#api.accept(key) } as const;
    yield* this.#transport.watch(request, AbortSignal.timeout(Math.ceil(timeoutMs)));
  }

  #keyOf({ apiVersion, kind, metadata }: Manifest): ObjectKey {
    const { name, namespace = '' } = metadata;
    return { cluster: this.name, apiVersion, kind, namespace, name };
  }

  /**
   * Parameters of a write. Strict validation makes a misspelt field an error; the time-out makes the
   * server give up a write together with us, so that it does not land later.
   */
  #writing(fieldManager: string, dryRun = false): Query {
    const rehearsal = dryRun ? { dryRun: 'All' } : {};
    return { fieldManager, fieldValidation: 'Strict', timeout: this.#timeout, ...rehearsal };
  }

  get #timeout(): string {
    return `${Math.ceil(this.#limits.requestTimeoutMs / 1_000)}s`;
  }
}

/** What stands for a value that nobody may see must never become the value. */
function refuseMask(manifest: Manifest, key: ObjectKey): void {
  if (!isSecret(manifest)) return;
  for (const field of ['data', 'stringData']) {
    const values = valueAt(manifest, field);
    if (isJsonObject(values) && Object.values(values).includes(SECRET_MASK)) {
      throw new InternalError(`${formatObject(key)} would have been written with masked values`);
    }
  }
}
