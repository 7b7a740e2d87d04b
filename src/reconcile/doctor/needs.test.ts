import { expect, it } from 'vitest';
import { readFiles } from '../../repository/read-files.fixture.ts';
import { type Needs, needsOf, usualNeeds } from './needs.ts';

/** Needs as a person would list them. */
function listed(needs: Needs | undefined): string[] {
  return [...(needs?.values() ?? [])]
    .map(({ kind, namespaces }) => [kind, ...namespaces].join(' '))
    .sort();
}

it('needs the kinds of each cluster where the declarations have them', async () => {
  const { declarations, problems } = await readFiles({
    'shop/index.yaml': `apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config: {env: prod, image: registry.example/echo_config:1, service: {ports: {http: {number: 80}}}}
footprint: {east: {replicas: 1}, west: {replicas: 1}}
---
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: all}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`,
    'bank/index.yaml': `apiVersion: sisyphus/v1
kind: CronJob
metadata: {name: report}
config: {env: prod, image: registry.example/report_config:1, schedule: '0 0 * * *'}
footprint: {west: {}}
`,
    'global/index.yaml': `apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: all}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: kube-system}}
  - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: []}
`,
  });
  const needs = needsOf(declarations);
  expect(listed(needs.get('east'))).toEqual([
    'ClusterRole',
    'ConfigMap kube-system shop',
    'Deployment shop',
    'Namespace',
    'Service shop',
  ]);
  expect(listed(needs.get('west'))).toEqual([
    'CronJob bank',
    'Deployment shop',
    'Namespace',
    'Service shop',
  ]);
  expect(problems).toEqual([]);
});

it('needs the usual kinds where no repository is at hand', () => {
  expect(listed(usualNeeds())).toContain('Deployment');
});
