import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../model/json.ts';
import { formatObject, type Manifest, sameObjectId } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import { compare } from './compare.ts';
import { type Drift, findDrift } from './drift.ts';
import { deployment, stored } from './fixture.ts';

const KEY = {
  cluster: 'east',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'echo',
};
const DECLARATION = { kind: 'Deployment', namespace: 'shop', name: 'echo' };

function recorded(sent: Manifest, answer = stored({ manifest: sent })): RecordedObject {
  const { apiVersion, kind } = sent;
  const key = { ...KEY, apiVersion, kind };
  return { key, sent, answer, createdHere: true, declaration: DECLARATION };
}

/** An object of which nobody knows what was sent. */
function adopted({ key, answer }: RecordedObject): RecordedObject {
  return { key, answer };
}

/** What is found where the cluster holds `live`, or nothing. */
function drift(object: RecordedObject, live: Manifest | undefined): Drift {
  return findDrift([object], new Map(live && [[sameObjectId(object.key), live]]));
}

/** Prints drift, one field a line below its object. */
function lines({ changes }: Drift): string[] {
  return changes.flatMap(({ action, key, reason, fields }) => [
    [action, formatObject(key), ...(reason === undefined ? [] : [reason])].join(' '),
    ...fields.map(({ effect, path, managers }) =>
      ['', effect, path.join('.'), ...managers].join(' '),
    ),
  ]);
}

/** What the next plan finds after the drift was recorded. */
function next(found: Drift, desired: Manifest): string[] {
  return found.records.flatMap(({ sent, answer }) =>
    compare(desired, { answer, ...(sent && { sent }) }).fields.map(
      ({ effect, path }) => `${effect} ${path.join('.')}`,
    ),
  );
}

describe('findDrift', () => {
  it('is silent about what only the server rewrote, and about what others own', () => {
    const sent = deployment({ cpu: '1000m', empty: {}, replicas: 2 });
    const answer = { ...stored({ manifest: sent }), spec: { cpu: '1', replicas: 2 } } as Manifest;
    expect(drift(recorded(sent, answer), answer)).toEqual({ changes: [], records: [] });

    const others = { manager: 'annotator', manifest: deployment({}, { annotations: { a: 'b' } }) };
    const touched = stored({ manifest: sent }, others);
    const live = { ...touched, spec: { cpu: '1', replicas: 2 }, status: { ready: 1 } } as Manifest;
    const found = drift(recorded(sent, answer), live);
    expect(lines(found)).toEqual([]);
    expect(found.records).toEqual([{ ...recorded(sent), answer: live }]);
    expect(next(found, sent)).toEqual([]);
  });

  it('shows what others changed and removed, with their names, and lets the next plan mend it', () => {
    const sent = deployment({ cpu: '1000m', replicas: 2, paused: true });
    const answer = { ...stored({ manifest: sent }), spec: { ...spec(sent), cpu: '1' } } as Manifest;
    const theirs = { manager: 'kubectl', manifest: deployment({ replicas: 9 }) };
    const merged = stored({ manifest: deployment({ cpu: '1' }) }, theirs);
    const found = drift(recorded(sent, answer), merged);
    expect(lines(found)).toEqual([
      'update Deployment shop/echo',
      ' change spec.replicas kubectl',
      ' remove spec.paused',
    ]);
    expect(found.changes[0]).toMatchObject({
      before: deployment({ cpu: '1000m', replicas: 2, paused: true }),
      after: deployment({ cpu: '1000m', replicas: 9 }),
    });
    expect(next(found, sent)).toEqual(['change spec.replicas', 'add spec.paused']);
    expect(lines(drift(found.records[0] as RecordedObject, merged))).toEqual([]);
  });

  it('drops what is gone', () => {
    const object = recorded(deployment({ replicas: 2 }));
    const found = drift(object, undefined);
    expect(lines(found)).toEqual(['delete Deployment shop/echo']);
    expect(found.records).toEqual([]);
  });

  it('takes an object that was made anew for one of somebody else', () => {
    const object = recorded(deployment({ replicas: 2 }));
    const theirs = stored({ manager: 'kubectl', manifest: deployment({ replicas: 3 }) });
    const live = { ...theirs, metadata: { ...theirs.metadata, uid: 'uid-2' } } as Manifest;
    const found = drift(object, live);
    expect(lines(found)).toEqual([
      'recreate Deployment shop/echo somebody deleted it and made another one in its place',
      ' change spec.replicas kubectl',
    ]);
    expect(found.records).toEqual([
      { key: object.key, answer: live, createdHere: false, declaration: DECLARATION },
    ]);
  });

  it('compares what Sisyphus owns where it is not known what was sent', () => {
    const mine = { manifest: deployment({ replicas: 2, template: { a: 1 } }) };
    const defaults = { manager: 'server', manifest: deployment({ strategy: 'default' }) };
    const object = adopted(recorded(mine.manifest, stored(mine, defaults)));
    const live = stored(
      { manifest: deployment({ replicas: 2, template: { a: 2 } }) },
      { manager: 'server', manifest: deployment({ strategy: 'other' }) },
    );
    const found = drift(object, live);
    expect(lines(found)).toEqual(['update Deployment shop/echo', ' change spec.template.a']);
    expect(found.records).toEqual([{ ...object, answer: live }]);
    expect(next(found, mine.manifest)).toEqual(['change spec.template.a']);
  });

  it('finds no drift in an object of which Sisyphus owns nothing', () => {
    const theirs = stored({ manager: 'kubectl', manifest: deployment({ replicas: 2 }) });
    const live = stored({ manager: 'kubectl', manifest: deployment({ replicas: 3 }) });
    const object = { ...adopted(recorded(deployment({}), theirs)), createdHere: false };
    expect(lines(drift(object, live))).toEqual([]);
  });
});

describe('findDrift in a Secret', () => {
  const MASK = '********';

  function secret(data: JsonObject, more: JsonObject = {}): Manifest {
    const metadata = { name: 'echo', namespace: 'shop' };
    return { apiVersion: 'v1', kind: 'Secret', metadata, data, ...more };
  }

  it('knows keys that were added, set and removed', () => {
    const sent = secret({ a: MASK, b: MASK, c: MASK }, { type: 'Opaque' });
    const object = recorded(sent, { ...stored({ manifest: sent }), type: 'Opaque' } as Manifest);
    const theirs = { manager: 'kubectl', manifest: secret({ a: MASK, d: MASK }) };
    const live = stored({ manifest: secret({ c: MASK }) }, theirs);
    const found = drift(object, live);
    expect(lines(found)).toEqual([
      'update Secret shop/echo',
      ' remove data.b',
      ' change data.a kubectl',
      ' add data.d kubectl',
    ]);
    expect(found.records[0]?.answer).toMatchObject({ type: 'Opaque' });
    expect(next(found, sent)).toEqual(['add data.b']);
  });

  it('is silent where nothing happened, although a Secret comes without its type', () => {
    const sent = secret({ a: MASK }, { type: 'kubernetes.io/tls', immutable: true });
    const answer = { ...stored({ manifest: sent }) };
    const { type: _type, immutable: _immutable, ...live } = answer as Manifest & JsonObject;
    expect(drift(recorded(sent, answer), live as Manifest)).toEqual({ changes: [], records: [] });
  });
});

function spec(manifest: Manifest): JsonObject {
  return manifest.spec as JsonObject;
}

it('is no drift that a cluster does not tell which strings were applied to a Secret', () => {
  const mask = '********';
  const fieldsV1 = { 'f:stringData': { 'f:pin': {} }, 'f:metadata': { 'f:labels': { 'f:a': {} } } };
  const managedFields = [{ manager: 'sisyphus', operation: 'Apply', fieldsV1 }];
  const secret = (labels: JsonObject, fields: JsonObject) => {
    const metadata = { name: 'till', namespace: 'shop', uid: 'uid-1', labels, managedFields };
    return { apiVersion: 'v1', kind: 'Secret', metadata, ...fields } as Manifest;
  };
  const answer = secret({ a: 'b' }, { type: 'Opaque', data: { pin: mask } });
  const object = { key: { ...KEY, apiVersion: 'v1', kind: 'Secret', name: 'till' }, answer };
  expect(drift(object, secret({ a: 'b' }, {}))).toEqual({ changes: [], records: [] });
  const found = drift(object, secret({ a: 'c' }, {}));
  expect(lines(found)).toEqual(['update Secret shop/till', ' change metadata.labels.a']);
  expect(found.records[0]?.answer.data).toEqual({ pin: mask });
});
