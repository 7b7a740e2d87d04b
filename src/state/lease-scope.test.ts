import { describe, expect, it } from 'vitest';
import { namespaceKey } from '../model/object.ts';
import { covers, EVERYWHERE, formatScope } from './lease-scope.ts';
import type { LeaseScope } from './port.ts';

const MARKET: LeaseScope = { clusters: ['east'], namespaces: ['market'] };
const key = {
  cluster: 'east',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'market',
  name: 'a',
};

describe('a scope', () => {
  it('covers the objects of its namespaces and these themselves', () => {
    expect(covers(MARKET, key)).toBe(true);
    expect(covers(MARKET, namespaceKey('east', 'market'))).toBe(true);
  });

  it('covers nothing of other clusters and namespaces', () => {
    expect(covers(MARKET, { ...key, cluster: 'west' })).toBe(false);
    expect(covers(MARKET, { ...key, namespace: 'shop' })).toBe(false);
    expect(covers(MARKET, { ...key, namespace: '' })).toBe(false);
    expect(covers(MARKET, namespaceKey('east', 'shop'))).toBe(false);
    expect(covers(MARKET, namespaceKey('west', 'market'))).toBe(false);
  });

  it('covers everything where it is left open', () => {
    expect(covers(EVERYWHERE, key)).toBe(true);
    expect(covers(EVERYWHERE, { ...key, namespace: '' })).toBe(true);
    expect(covers({ ...MARKET, namespaces: [] }, { ...key, namespace: '' })).toBe(true);
  });

  it.each<[string, LeaseScope]>([
    ['all clusters', EVERYWHERE],
    ['cluster east', { clusters: ['east'], namespaces: [] }],
    ['clusters east, west', { clusters: ['east', 'west'], namespaces: [] }],
    ['namespace market of all clusters', { clusters: [], namespaces: ['market'] }],
    ['namespaces market, shop of cluster east', { ...MARKET, namespaces: ['market', 'shop'] }],
  ])('reads as "%s"', (text, scope) => {
    expect(formatScope(scope)).toBe(text);
  });
});
