import { describe, expect, it } from 'vitest';
import type { DesiredObject } from '../model/desired.ts';
import { formatObject, type Manifest, type ObjectKey } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';
import { type Selected, select } from './selection.ts';

const ECHO = { kind: 'Deployment', namespace: 'shop', name: 'echo' };
const OTHER = { ...ECHO, name: 'other' };

function key(kind: string, name: string): ObjectKey {
  const namespace = kind === 'Namespace' ? '' : 'shop';
  return { cluster: 'east', apiVersion: 'v1', kind, namespace, name };
}

function manifest({ apiVersion, kind, name }: ObjectKey): Manifest {
  return { apiVersion, kind, metadata: { name } };
}

const deployment = key('Deployment', 'echo');
const namespace: DesiredObject = { key: key('Namespace', 'shop'), manifest: manifest(deployment) };
const echo: DesiredObject = {
  key: deployment,
  manifest: manifest(deployment),
  declaration: ECHO,
  image: 'echo@1',
};

function recorded(object: ObjectKey, declaration = ECHO): RecordedObject {
  return { key: object, answer: manifest(object), declaration };
}

function print({ desired, recorded, notices }: Selected): string[] {
  return [
    ...desired.map((object) => `desired ${formatObject(object.key)}`),
    ...recorded.map((object) => `recorded ${formatObject(object.key)}`),
    ...notices.map((notice) => `${formatObject(notice.key)} ${notice.message}`),
  ];
}

describe('select', () => {
  it('leaves what others made out of both sides', () => {
    const before = [recorded(deployment), recorded(key('Deployment', 'other'), OTHER)];
    expect(print(select({ declaration: ECHO }, [], [echo], before))).toEqual([
      'desired Deployment shop/echo',
      'recorded Deployment shop/echo',
    ]);
  });

  it('keeps what the declaration no longer makes, and says so', () => {
    const before = [recorded(deployment), recorded(key('Service', 'echo'))];
    expect(print(select({ declaration: ECHO }, [], [echo], before)).at(-1)).toBe(
      'Service shop/echo kept, because a push of Deployment shop/echo alone deletes nothing',
    );
  });

  it('adds a Namespace that is missing and leaves one alone that is tracked', () => {
    const all = [echo, namespace];
    expect(print(select({ declaration: ECHO }, [], all, []))).toContain('desired Namespace shop');
    const tracked = { key: namespace.key, answer: namespace.manifest };
    expect(print(select({ declaration: ECHO }, [], all, [tracked]))).toEqual([
      'desired Deployment shop/echo',
    ]);
  });

  it('says that another image lasts until the next push, unless there is a pause', () => {
    const selection = { declaration: ECHO, image: 'echo@0' };
    expect(print(select(selection, [OTHER], [echo], []))).toEqual([
      'desired Deployment shop/echo',
      'Deployment shop/echo not paused, so the next push brings back the image that the repository names',
    ]);
    expect(print(select(selection, [ECHO], [echo], []))).toEqual(['desired Deployment shop/echo']);
  });
});
