import { apiGroup } from '../model/object.ts';
import type { Resource } from './port.ts';
import { isSchemaError, isUnknownType, type Status } from './status.ts';

/** What was asked of a cluster. */
export interface Action {
  readonly cluster: string;
  /** For a sentence: `apply`. */
  readonly verb: 'apply' | 'create' | 'patch' | 'read' | 'list' | 'delete';
  /** For a sentence: `Deployment shop/echo`. */
  readonly object: string;
  /** For kubectl: `deployments.apps`; empty where the request is about no type. */
  readonly resource: string;
  /** Empty where the request is about none. */
  readonly namespace: string;
  /** Whether an answer may hold values that nobody may see. */
  readonly secret: boolean;
}

const SILENCE_HINT = "the server's words are left out, because they may quote a value";

/** What to do where a cluster does not know a type. */
export const UNKNOWN_TYPE_HINT =
  'install its CustomResourceDefinition, or correct apiVersion and kind';

/** A type as kubectl and RBAC rules name it: `deployments.apps`. */
export function formatResource({ apiVersion, resource }: Resource): string {
  const group = apiGroup(apiVersion);
  return group === '' ? resource : `${resource}.${group}`;
}

/** The verbs of Kubernetes' permissions that an action needs. */
const PERMISSIONS: Readonly<Record<Action['verb'], readonly string[]>> = {
  apply: ['patch', 'create'],
  create: ['create'],
  patch: ['patch'],
  read: ['get'],
  list: ['list'],
  delete: ['delete'],
};

/**
 * What a person can do about a frequent error of an API server; undefined where its own words are
 * all that can be said.
 */
export function hintFor(status: Status, action: Action): string | undefined {
  const { code, message } = status;
  if (code === 401) {
    return `log in to the cluster again; kubectl --context ${action.cluster} auth whoami tells whether that worked`;
  }
  if (status.causes.some((cause) => cause.reason === 'NamespaceTerminating')) {
    return `the namespace ${action.namespace} is being deleted; push again when it is gone`;
  }
  if (/admission webhook "[^"]*" denied/.test(message)) {
    return 'a webhook of the cluster forbids it; whoever runs the webhook knows its rule';
  }
  if (/failed calling webhook/.test(message)) {
    return 'a webhook of the cluster does not answer; whoever runs it can mend it, or push again later';
  }
  if (code === 403 && /cannot \w+ resource/.test(message)) return permissionHint(action);
  if (isSchemaError(status)) {
    return `correct the manifest; kubectl --context ${action.cluster} explain ${action.resource} lists the fields`;
  }
  if (code === 422 && /immutable|may not be changed|forbidden: updates to/i.test(message)) {
    return 'the field cannot be changed in place; give the object another name, or delete it and push again';
  }
  if (isUnknownType(status)) return UNKNOWN_TYPE_HINT;
  return action.secret ? SILENCE_HINT : undefined;
}

function permissionHint({ cluster, verb, resource, namespace }: Action): string {
  const [permission, ...more] = PERMISSIONS[verb];
  const permissions = [permission, ...more].join(' and ');
  const where = namespace === '' ? '' : ` in namespace ${namespace}`;
  const flag = namespace === '' ? '' : ` --namespace ${namespace}`;
  return (
    `the context's user needs the permission to ${permissions} ${resource}${where}; ` +
    `kubectl --context ${cluster} auth can-i ${permission} ${resource}${flag} tests it`
  );
}
