import { expect, it } from 'vitest';
import type { Manifest } from '../model/object.ts';
import { deployment, stored } from './fixture.ts';
import { ownedPart } from './owned-part.ts';

it('is what Sisyphus applied, as the server stored it, without what others set', () => {
  const container = (fields: object) =>
    deployment({ template: { containers: [{ name: 'echo', ...fields }] } });
  const object = stored(
    { manifest: deployment({ replicas: 2 }, { labels: { a: '1' } }) },
    { manifest: container({ image: 'echo:1' }) },
    { manager: 'kubectl', manifest: container({ tty: true }) },
    { manager: 'kubectl', manifest: deployment({ paused: true }, { labels: { b: '2' } }) },
  );
  expect(ownedPart(object)).toEqual({
    ...deployment(
      { replicas: 2, template: { containers: [{ name: 'echo', image: 'echo:1' }] } },
      { labels: { a: '1' } },
    ),
  });
});

it('is the name alone of an object in which Sisyphus owns nothing', () => {
  const object = stored({ manager: 'kubectl', manifest: deployment({ replicas: 2 }) });
  const { apiVersion, kind } = object;
  expect(ownedPart(object)).toEqual({
    apiVersion,
    kind,
    metadata: { name: 'echo', namespace: 'shop' },
  });
});

it('has the values of a set, and an owned map without the keys that others added', () => {
  const fieldsV1 = {
    'f:metadata': { 'f:finalizers': { 'v:"a"': {} }, 'f:annotations': { '.': {} } },
    'f:spec': { 'f:args': {} },
  };
  const managedFields = [{ manager: 'sisyphus', operation: 'Apply', fieldsV1 }];
  const object = {
    ...deployment({ args: ['x', 'y'] }),
    metadata: { name: 'echo', finalizers: ['b', 'a'], annotations: { theirs: '1' }, managedFields },
  } as Manifest;
  expect(ownedPart(object)).toMatchObject({
    metadata: { finalizers: ['a'], annotations: {} },
    spec: { args: ['x', 'y'] },
  });
});
