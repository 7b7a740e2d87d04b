import type { JsonValue } from '../model/json.ts';
import type { Manifest, ObjectKey, ObjectType } from '../model/object.ts';

/** How a type is reached in a cluster's API. */
export interface Resource extends ObjectType {
  /** The lower-case plural of the URL: `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Whether the type can be listed; some (reviews, bindings) only take requests. */
  readonly listable: boolean;
}

/** What a user may be allowed to do, by Kubernetes' names. */
export type Verb = 'get' | 'list' | 'create' | 'patch' | 'delete';

/** An object after a write, and whether the write made it. */
export interface Written {
  readonly object: Manifest;
  readonly created: boolean;
}

/** An operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string };

/** What may accompany a server-side apply. */
export interface ApplyOptions {
  readonly manager: string;
  /** Takes fields from other managers; without it such a field is an ApiError with conflicts. */
  readonly force: boolean;
  /** Lets the server check everything and store nothing. */
  readonly dryRun?: boolean;
}

/** What an object must be for a delete to happen; anything else is an ApiError 409. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/**
 * One Kubernetes cluster. Objects that come back never hold a Secret's values (each key has the mask
 * as value) nor the annotation in which `kubectl apply` keeps a manifest. Every method throws
 * ApiError for an answer that is an error, UnreachableError where the cluster gives none, and
 * AnswerError where only this request got none that can be used; none of them says anything of a
 * Secret's content. Transient trouble (429, 5xx, a reset) has been retried by then, so a write whose
 * first answer was lost may have been sent twice.
 */
export interface Cluster {
  /** The kubeconfig context. */
  readonly name: string;

  /** Creates or updates by server-side apply. */
  apply(manifest: Manifest, options: ApplyOptions): Promise<Written>;

  /** Creates; an existing object is an ApiError with the reason `AlreadyExists`. */
  create(manifest: Manifest, options?: { readonly dryRun?: boolean }): Promise<Written>;

  /**
   * Changes an existing object by a JSON patch. A `test` that does not hold is an ApiError with status
   * 422; a `replace` of `/metadata/resourceVersion` by another one than the object has, one with 409.
   */
  patch(key: ObjectKey, operations: readonly PatchOperation[]): Promise<Manifest>;

  /** Reads one object; undefined where it does not exist. */
  get(key: ObjectKey): Promise<Manifest | undefined>;

  /** Lists the objects of a type, page by page, only their metadata, of one namespace or of all. */
  listMetadata(type: Resource, namespace: string | undefined): AsyncIterable<readonly Manifest[]>;

  /** The same with all of each object; Secrets with masks. */
  list(type: Resource, namespace: string | undefined): AsyncIterable<readonly Manifest[]>;

  /**
   * Deletes an object in the background; with a uid only that very object: another one of its name is
   * an ApiError with status 409.
   *
   * @returns false where there was nothing to delete (any more)
   */
  delete(key: ObjectKey, preconditions: Preconditions): Promise<boolean>;

  /**
   * Waits until an object is gone, or until another one of its name stands there.
   *
   * @throws WaitTimeoutError with the object as it was last seen
   */
  waitUntilGone(key: ObjectKey, uid: string | undefined, timeoutMs: number): Promise<void>;

  /**
   * Waits until the object satisfies the condition, and returns it. It need not exist yet.
   *
   * @throws WaitTimeoutError with the object as it was last seen
   */
  waitFor(
    key: ObjectKey,
    condition: (object: Manifest) => boolean,
    timeoutMs: number,
  ): Promise<Manifest>;

  /** The type's place in the API, from the cache where it is known there; undefined where no server knows it. */
  resourceOf(type: ObjectType): Promise<Resource | undefined>;

  /**
   * Every type of the cluster in its preferred version, asked anew.
   *
   * @throws ServiceError `incomplete-discovery` where the cluster cannot tell them all
   */
  resources(): Promise<readonly Resource[]>;

  /** The server's version, asked anew: `v1.36.3`. */
  version(): Promise<string>;

  /** Whether the context's user may do something with a type: in a namespace, or in all of them. */
  may(verb: Verb, type: Resource, namespace?: string): Promise<boolean>;

  /** Makes a type known that a CRD in hand defines, before the server's discovery shows it. */
  learn(definition: Manifest): void;
}

/** The clusters a command may reach, by context. */
export interface Clusters {
  /** The names of all contexts, sorted. */
  readonly names: readonly string[];
  /** The context that kubectl uses where none is named; there need not be one of that name. */
  readonly current: string | undefined;
  /** @throws UserError for a name that is no context, with the known ones */
  get(name: string): Cluster;
  close(): Promise<void>;
}
