import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { receiveListed, receiveObject } from './received.ts';

const SECRET = { apiVersion: 'v1', kind: 'Secret', name: 'keys', namespace: 'shop' };
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace: 'shop' };
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const managed = (...fields: JsonObject[]) => fields.map((fieldsV1) => ({ manager: 'm', fieldsV1 }));

describe('a Secret that comes from a cluster', () => {
  it('has the keys that any manager owns, each with the mask', () => {
    const managedFields = managed(
      { 'f:data': { '.': {}, 'f:b': {} } },
      { 'f:metadata': {} },
      { 'f:data': { 'f:a': {}, 'f:b': {} } },
    );
    const metadata = { name: 'keys', namespace: 'shop', managedFields };
    const body = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata };
    expect(receiveObject(body, SECRET)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      data: { a: '********', b: '********' },
    });
  });

  it('loses its values where a server sends them all the same', () => {
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'shop', annotations: { [LAST_APPLIED]: 'canary' } },
      data: { a: 'canary' },
      stringData: { a: 'canary' },
    };
    expect(JSON.stringify(receiveObject(body, SECRET))).not.toContain('canary');
  });

  it('has no data where no key is known', () => {
    const body = { metadata: { name: 'keys', namespace: 'shop', managedFields: 'nonsense' } };
    expect(receiveObject(body, SECRET)).not.toHaveProperty('data');
  });
});

describe('an object that comes from a cluster', () => {
  const body = (metadata: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop', ...metadata },
    data: { a: '1' },
  });

  it('is kept whole but for the manifest that kubectl left in it', () => {
    const annotations = { [LAST_APPLIED]: '{}', team: 'shop' };
    expect(receiveObject(body({ annotations }), CONFIG_MAP)).toEqual(
      body({ annotations: { team: 'shop' } }),
    );
    const alone = receiveObject(body({ annotations: { [LAST_APPLIED]: '{}' } }), CONFIG_MAP);
    expect(alone).toEqual(body({}));
  });

  it('makes the same text alone and as an item of a list, which does not say its type', () => {
    const { apiVersion, kind, ...item } = body({ uid: '1' });
    const alone = receiveObject({ kind, apiVersion, ...item }, CONFIG_MAP);
    expect(JSON.stringify(receiveListed(item, { apiVersion, kind }, 'whole'))).toBe(
      JSON.stringify(alone),
    );
  });

  it.each([
    ['nothing', undefined],
    ['something else', 'text'],
    ['an object without metadata', { apiVersion: 'v1', kind: 'ConfigMap' }],
    ['one without a name', body({ name: 7 })],
    ['another name', body({ name: 'other' })],
    ['another namespace', body({ namespace: 'other' })],
    ['another kind', { ...body({}), kind: 'Pod' }],
    ['another version', { ...body({}), apiVersion: 'v2' }],
  ])('is not taken where it is %s', (_what, answer) => {
    expect(receiveObject(answer, CONFIG_MAP)).toBeUndefined();
  });
});

describe('an item of a list', () => {
  const item = { kind: 'PartialObjectMetadata', metadata: { name: 'a', namespace: 'b', uid: 'c' } };

  it('becomes an object of the listed type, with nothing but metadata', () => {
    const type = { apiVersion: 'v1', kind: 'Secret' };
    expect(receiveListed({ ...item, data: { a: 'canary' } }, type, 'metadata')).toEqual({
      ...type,
      metadata: item.metadata,
    });
  });

  it('is not taken where it is a whole object', () => {
    expect(
      receiveListed({ ...item, kind: 'Secret' }, { apiVersion: 'v1', kind: 'Secret' }, 'whole'),
    ).toBeUndefined();
  });
});
