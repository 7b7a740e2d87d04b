import { describe, expect, it } from 'vitest';
import type { Manifest } from '../model/object.ts';
import { findResidents } from './inhabitants.ts';

function object(kind: string, name: string, uid: string, owner?: string): Manifest {
  const ownerReferences = owner === undefined ? [] : [{ uid: owner }];
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'a', uid, ownerReferences } };
}

const untracked = (objects: Manifest[], ...tracked: string[]) =>
  findResidents(objects, new Set(tracked)).untracked;

describe('findResidents', () => {
  it('finds what somebody else brought', () => {
    const objects = [object('Pod', 'debug', '1'), object('ConfigMap', 'kube-root-ca.crt', '2')];
    expect(untracked(objects)).toEqual(['Pod a/debug']);
  });

  it('does not count what descends from a tracked object', () => {
    const objects = [object('ReplicaSet', 'rs', '2', '1'), object('Pod', 'p', '3', '2')];
    expect(findResidents(objects, new Set(['1']))).toEqual({
      untracked: [],
      descendants: ['2', '3'],
    });
    expect(untracked([...objects, object('Deployment', 'mine', '1')])).toHaveLength(3);
  });

  it('counts what is owned by something outside of the namespace', () => {
    expect(untracked([object('Secret', 'precious', '3', 'of-a-cluster-role')])).toEqual([
      'Secret a/precious',
    ]);
  });

  it('does not count what is being deleted, events, endpoints and virtual objects', () => {
    const leaving = object('Pod', 'p', '1');
    const objects = [
      { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: 'now' } },
      object('Event', 'e', '2'),
      object('Endpoints', 's', '3'),
      object('PodMetrics', 'm', ''),
    ];
    expect(untracked(objects)).toEqual([]);
  });

  it('counts a kind of another group that only has such a name', () => {
    const event = { ...object('Event', 'e', '2'), apiVersion: 'biz.example.com/v1' };
    expect(untracked([event])).toEqual(['Event a/e']);
  });

  it('survives owners that own each other', () => {
    const objects = [object('A', 'a', '1', '2'), object('B', 'b', '2', '1')];
    expect(untracked(objects)).toEqual(['A a/a', 'B a/b']);
  });
});
