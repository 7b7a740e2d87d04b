import { describe, expect, it } from 'vitest';
import {
  preferredVersions,
  readAggregated,
  readCoreVersions,
  readGroupVersions,
  readResourceList,
} from './discovery-document.ts';
import type { Resource } from './port.ts';

const type = (apiVersion: string, kind: string, resource: string, rest: object = {}): Resource => {
  return { apiVersion, kind, resource, namespaced: true, listable: true, ...rest };
};

const aggregated = (items: object[]) => ({ kind: 'APIGroupDiscoveryList', items });
const entry = (resource: string, kind: string, scope = 'Namespaced', verbs = ['get', 'list']) => {
  return { resource, responseKind: { group: '', version: '', kind }, scope, verbs };
};

describe('aggregated discovery', () => {
  it('gives every type of every version', () => {
    const document = aggregated([
      {
        metadata: {},
        versions: [
          {
            version: 'v1',
            resources: [
              entry('nodes', 'Node', 'Cluster'),
              entry('bindings', 'Binding', 'Namespaced', ['create']),
            ],
          },
        ],
      },
      {
        metadata: { name: 'autoscaling' },
        versions: [
          { version: 'v2', resources: [entry('scalers', 'Scaler')] },
          { version: 'v1', resources: [entry('scalers', 'Scaler')] },
        ],
      },
    ]);
    expect(readAggregated(document)).toEqual({
      resources: [
        type('v1', 'Node', 'nodes', { namespaced: false }),
        type('v1', 'Binding', 'bindings', { listable: false }),
        type('autoscaling/v2', 'Scaler', 'scalers'),
        type('autoscaling/v1', 'Scaler', 'scalers'),
      ],
      unknown: [],
    });
  });

  it('names the groups whose server does not answer', () => {
    const versions = [{ version: 'v1beta1', freshness: 'Stale' }];
    const document = aggregated([{ metadata: { name: 'metrics.k8s.io' }, versions }]);
    expect(readAggregated(document)).toEqual({
      resources: [],
      unknown: ['metrics.k8s.io/v1beta1'],
    });
  });

  it('is not read from other documents, nor from one with names that are paths', () => {
    expect(readAggregated({ kind: 'APIGroupList', groups: [] })).toBeUndefined();
    expect(readAggregated('text')).toBeUndefined();
    const versions = [{ version: 'v1', resources: [entry('../../nodes', 'Node')] }];
    expect(readAggregated(aggregated([{ metadata: {}, versions }]))).toBeUndefined();
  });
});

describe('the old discovery', () => {
  it('gives the versions, the preferred one of a group first', () => {
    expect(readCoreVersions({ kind: 'APIVersions', versions: ['v1'] })).toEqual(['v1']);
    const versions = [{ groupVersion: 'apps/v1beta1' }, { groupVersion: 'apps/v1' }];
    const groups = [{ name: 'apps', versions, preferredVersion: { groupVersion: 'apps/v1' } }];
    expect(readGroupVersions({ kind: 'APIGroupList', groups })).toEqual([
      'apps/v1',
      'apps/v1beta1',
    ]);
  });

  it('gives the types of a version without their parts', () => {
    const resources = [
      { name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['list'] },
      { name: 'deployments/scale', kind: 'Scale', namespaced: true, verbs: ['get'] },
    ];
    expect(readResourceList('apps/v1', { kind: 'APIResourceList', resources })).toEqual([
      type('apps/v1', 'Deployment', 'deployments'),
    ]);
  });

  it('is not read from other documents', () => {
    expect(readCoreVersions({ kind: 'Status' })).toBeUndefined();
    expect(readGroupVersions(undefined)).toBeUndefined();
    expect(readResourceList('v1', { kind: 'Status' })).toBeUndefined();
  });
});

describe('the preferred version', () => {
  it('is the first of its group that has the type', () => {
    const preferred = type('autoscaling/v2', 'Scaler', 'scalers');
    const onlyOld = type('autoscaling/v1', 'Old', 'olds');
    const otherGroup = type('example.com/v1', 'Scaler', 'scalers');
    const all = [preferred, type('autoscaling/v1', 'Scaler', 'scalers'), onlyOld, otherGroup];
    expect(preferredVersions(all)).toEqual([preferred, onlyOld, otherGroup]);
  });
});
