import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import type { Action, Change, Plan } from '../model/plan.ts';
import { type Graph, orderPlan } from './order.ts';

const API_VERSIONS: Readonly<Record<string, string>> = {
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ConfigMap: 'v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Namespace: 'v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  Secret: 'v1',
  Service: 'v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
  Widget: 'example.com/v1',
};

/** A change from `Kind namespace/name` or `Kind name`. */
function change(action: Action, object: string, spec: JsonObject = {}): Change {
  const [kind = '', place = ''] = object.split(' ');
  const [namespace, name] = place.includes('/') ? place.split('/') : ['', place];
  const apiVersion = API_VERSIONS[kind] ?? 'v1';
  const key = { cluster: 'east', apiVersion, kind, namespace: namespace ?? '', name: name ?? '' };
  const manifest = { apiVersion, kind, metadata: { name: key.name }, ...spec } as Manifest;
  const copies =
    action === 'delete' ? { recorded: { key, answer: manifest } } : { desired: { key, manifest } };
  return { action, key, ...copies, fields: [], warnings: [] };
}

function order(...changes: Change[]): Graph {
  const plan: Plan = { changes, notices: [], releases: [], claims: [], unavailable: {} };
  return orderPlan(plan);
}

/** The steps that must be over before a change begins, through any number of others. */
function earlierThan(graph: Graph, wanted: Change): Change[] {
  const seen = new Set<number>();
  const visit = (step: number) => {
    for (const need of graph[step]?.needs ?? []) {
      if (seen.has(need.step)) continue;
      seen.add(need.step);
      visit(need.step);
    }
  };
  visit(graph.findIndex((step) => step.change === wanted));
  return [...seen].flatMap((step) => graph[step]?.change ?? []);
}

/** The changes whose failure keeps a change from being tried. */
function stoppedBy(graph: Graph, wanted: Change): Change[] {
  const step = graph.find((one) => one.change === wanted);
  return (step?.needs ?? [])
    .filter((need) => need.until !== 'done')
    .flatMap((need) => graph[need.step]?.change ?? []);
}

const mounts = (secret: string): JsonObject => ({
  spec: {
    template: { spec: { containers: [], volumes: [{ secret: { secretName: secret } }] } },
  },
});

const crd: JsonObject = { spec: { group: 'example.com', names: { kind: 'Widget' } } };

describe('orderPlan', () => {
  it('creates a Namespace before what lives in it, and nothing there without it', () => {
    const namespace = change('create', 'Namespace shop');
    const service = change('create', 'Service shop/web');
    const graph = order(service, namespace);
    expect(earlierThan(graph, service)).toEqual([namespace]);
    expect(stoppedBy(graph, service)).toEqual([namespace]);
  });

  it('lets a workload wait for what it mounts, but depend on nothing that it does not name', () => {
    const secret = change('create', 'Secret shop/keys');
    const other = change('create', 'ConfigMap shop/other');
    const echo = change('create', 'Deployment shop/echo', mounts('keys'));
    const graph = order(echo, other, secret);
    expect(earlierThan(graph, echo)).toEqual(expect.arrayContaining([secret, other]));
    expect(stoppedBy(graph, echo)).toEqual([secret]);
  });

  it('does not let a workload wait for another namespace', () => {
    const foreign = change('create', 'ConfigMap jobs/settings');
    const echo = change('create', 'Deployment shop/echo');
    expect(earlierThan(order(foreign, echo), echo)).toEqual([]);
  });

  it('creates a definition before its resources and a role before its binding', () => {
    const definition = change('create', 'CustomResourceDefinition widgets.example.com', crd);
    const widget = change('create', 'Widget shop/w');
    const role = change('create', 'ClusterRole reader');
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' };
    const binding = change('create', 'RoleBinding shop/readers', { roleRef });
    const graph = order(binding, widget, role, definition);
    expect(stoppedBy(graph, widget)).toEqual([definition]);
    expect(stoppedBy(graph, binding)).toEqual([role]);
  });

  it('scales after what is scaled, and puts webhooks last', () => {
    const ref = {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'echo' } },
    };
    const scaler = change('create', 'HorizontalPodAutoscaler shop/echo', ref);
    const echo = change('create', 'Deployment shop/echo');
    const hook = change('create', 'ValidatingWebhookConfiguration guard');
    const graph = order(hook, scaler, echo);
    expect(stoppedBy(graph, scaler)).toEqual([echo]);
    expect(earlierThan(graph, hook)).toEqual(expect.arrayContaining([scaler, echo]));
    expect(stoppedBy(graph, hook)).toEqual([]);
  });

  it('deletes in reverse and after the creates, and a renamed object only once the new one stands', () => {
    const created = change('create', 'Deployment shop/new');
    const unrelated = change('create', 'Service shop/web');
    const old = change('delete', 'Deployment shop/old');
    const secret = change('delete', 'Secret shop/keys');
    const namespace = change('delete', 'Namespace jobs');
    const job = change('delete', 'Deployment jobs/cleanup');
    const graph = order(created, unrelated, old, secret, namespace, job);
    expect(earlierThan(graph, old)).toEqual(expect.arrayContaining([created, unrelated]));
    expect(stoppedBy(graph, old)).toEqual([created]);
    expect(earlierThan(graph, secret)).toEqual(expect.arrayContaining([old]));
    expect(stoppedBy(graph, namespace)).toEqual([job]);
  });

  it('never orders a thing before what it needs', () => {
    const kinds = Object.keys(API_VERSIONS);
    const actions: Action[] = ['create', 'update', 'recreate', 'delete'];
    const object = fc.record({
      action: fc.constantFrom(...actions),
      kind: fc.constantFrom(...kinds),
      namespace: fc.constantFrom('a', 'b'),
      name: fc.constantFrom('x', 'y', 'a', 'b'),
    });
    const nameOf = ({ kind, namespace, name }: Record<'kind' | 'namespace' | 'name', string>) =>
      kind === 'Namespace' ? `Namespace ${name}` : `${kind} ${namespace}/${name}`;
    fc.assert(
      fc.property(fc.uniqueArray(object, { selector: nameOf }), (objects) => {
        const changes = objects.map((one) => change(one.action, nameOf(one), crd));
        const graph = order(...changes);
        expect(graph.flatMap((step) => step.change ?? [])).toHaveLength(changes.length);
        graph.forEach((step, index) => {
          for (const need of step.needs) expect(need.step).toBeLessThan(index);
        });
        for (const one of changes) {
          const earlier = earlierThan(graph, one);
          const lives = (other: Change) =>
            other.key.kind === 'Namespace' && other.key.name === one.key.namespace;
          const home = changes.filter((other) => lives(other) && other.action !== 'delete');
          if (one.action !== 'delete') expect(earlier).toEqual(expect.arrayContaining(home));
          if (one.action === 'delete' && one.key.kind === 'Namespace') {
            const inside = changes.filter(
              (o) => o.action === 'delete' && o.key.namespace === one.key.name,
            );
            expect(earlier).toEqual(expect.arrayContaining(inside));
          }
        }
      }),
    );
  });
});
