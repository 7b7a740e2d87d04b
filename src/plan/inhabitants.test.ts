import { describe, expect, it } from 'vitest';
import type { Manifest } from '../model/object.ts';
import { untrackedInhabitants } from './inhabitants.ts';

function object(kind: string, name: string, uid: string, owner?: string): Manifest {
  const ownerReferences = owner === undefined ? [] : [{ uid: owner }];
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'a', uid, ownerReferences } };
}

describe('untrackedInhabitants', () => {
  it('finds what somebody else brought', () => {
    const objects = [object('Pod', 'debug', '1'), object('ConfigMap', 'kube-root-ca.crt', '2')];
    expect(untrackedInhabitants(objects, new Set())).toEqual(['Pod a/debug']);
  });

  it('does not count what descends from a tracked object', () => {
    const objects = [object('ReplicaSet', 'rs', '2', '1'), object('Pod', 'p', '3', '2')];
    expect(untrackedInhabitants(objects, new Set(['1']))).toEqual([]);
    const withRoot = [...objects, object('Deployment', 'mine', '1')];
    expect(untrackedInhabitants(withRoot, new Set())).toHaveLength(3);
  });

  it('does not count what will be collected because its owners are gone', () => {
    expect(untrackedInhabitants([object('Pod', 'p', '3', 'gone')], new Set())).toEqual([]);
  });

  it('does not count what is being deleted, events, endpoints and virtual objects', () => {
    const leaving = object('Pod', 'p', '1');
    const objects = [
      { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: 'now' } },
      object('Event', 'e', '2'),
      object('EndpointSlice', 's', '3'),
      object('PodMetrics', 'm', ''),
    ];
    expect(untrackedInhabitants(objects, new Set())).toEqual([]);
  });

  it('survives owners that own each other', () => {
    const objects = [object('A', 'a', '1', '2'), object('B', 'b', '2', '1')];
    expect(untrackedInhabitants(objects, new Set())).toEqual(['A a/a', 'B a/b']);
  });
});
