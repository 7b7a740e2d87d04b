import type { JsonValue } from '../../model/json.ts';
import type { Manifest, ObjectKey } from '../../model/object.ts';
import type { Action, Change, Plan } from '../../model/plan.ts';
import type { PlanScope } from './plan-text.ts';

/** The scope of the plans in these tests. */
export const SCOPE: PlanScope = { objects: 44, clusters: 2, paused: [], massDeletes: [] };

/** A plan of changes. */
export function plan(changes: readonly Change[], rest: Partial<Plan> = {}): Plan {
  return { changes, notices: [], releases: [], claims: [], unavailable: {}, ...rest };
}

/** The key of a Deployment in namespace `shop`, or of something else where `rest` says so. */
export function key(cluster: string, name: string, rest: Partial<ObjectKey> = {}): ObjectKey {
  return { cluster, apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name, ...rest };
}

/** A change of a Deployment in namespace `shop`, or of something else where `rest` says so. */
export function change(
  action: Action,
  cluster: string,
  name: string,
  rest: Partial<Change> = {},
): Change {
  return { action, key: key(cluster, name), fields: [], warnings: [], ...rest };
}

/** An update of the Deployment `echo` from one image to another. */
export function echoUpdate(cluster: string, from: string, to: string): Change {
  const path = ['spec', 'template', 'spec', 'containers', '[name=echo]', 'image'];
  return change('update', cluster, 'echo', {
    before: deployment('echo', from),
    after: deployment('echo', to),
    fields: [{ path, effect: 'change', managers: [] }],
  });
}

/** A Deployment with one container. */
export function deployment(name: string, image: string, replicas = 3): Manifest {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name, image, args: ['--port=8080', '--greeting=hello'], resources: {} }],
          dnsPolicy: 'ClusterFirst',
        },
      },
    },
  };
}

/** The parts of a change that make it one of the Secret `shop/tokens`. */
export function ofSecret(cluster: string): Pick<Change, 'key'> {
  return { key: key(cluster, 'tokens', { apiVersion: 'v1', kind: 'Secret' }) };
}

/** A Secret whose values are masked. */
export function secret(keys: readonly string[], labels: Record<string, string> = {}): JsonValue {
  const data = Object.fromEntries(keys.map((name) => [name, '********']));
  const metadata = { name: 'tokens', namespace: 'shop', labels };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data };
}
