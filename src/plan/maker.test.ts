import { expect, it } from 'vitest';
import type { DeclarationId } from '../model/declaration.ts';
import type { RecordedObject } from '../model/record.ts';
import { isMadeBy, isPaused } from './maker.ts';

const ECHO = { kind: 'Deployment', namespace: 'shop', name: 'echo' };
const YAML = { kind: 'KubernetesYaml', namespace: 'shop', name: 'settings' };
const ACCESS = { kind: 'KubernetesYaml', namespace: 'global', name: 'access' };

function object(kind: string, name = 'echo', more: Partial<RecordedObject> = {}): RecordedObject {
  const key = { cluster: 'east', apiVersion: 'v1', kind, namespace: 'shop', name };
  return { key, answer: { apiVersion: 'v1', kind, metadata: { name } }, ...more };
}

it('is told by what was noted', () => {
  const declared = object('ConfigMap', 'x', { declaration: YAML });
  expect([ECHO, YAML].map((id) => isMadeBy(declared, id))).toEqual([false, true]);
  const moved = object('Deployment', 'echo', { declaration: YAML });
  expect([ECHO, YAML].map((id) => isMadeBy(moved, id))).toEqual([false, true]);
});

it('is told by the name of the objects of a program where nothing was noted', () => {
  const made = [
    object('Deployment'),
    object('Service'),
    object('ConfigMap'),
    object('Service', 'x'),
  ];
  expect(made.map((one) => isMadeBy(one, ECHO))).toEqual([true, true, false, false]);
});

it('pauses what a paused declaration made', () => {
  const paused = (id: DeclarationId) => (one: RecordedObject) => isPaused(one, [id]);
  const noted = [object('ConfigMap', 'x', { declaration: YAML }), object('Deployment')];
  expect(noted.map(paused(YAML))).toEqual([true, true]);
  expect(noted.map(paused(ECHO))).toEqual([false, true]);
});

it('does not guess which plain object a paused declaration did not make', () => {
  const unknown = object('ConfigMap', 'x');
  expect(isPaused(unknown, [YAML])).toBe(true);
  expect(isPaused(unknown, [ACCESS])).toBe(true);
  expect(isPaused(unknown, [{ ...YAML, namespace: 'jobs' }])).toBe(false);
  expect(isPaused({ ...unknown, createdHere: false }, [YAML])).toBe(false);
  expect(isPaused({ ...unknown, sent: unknown.answer }, [YAML])).toBe(false);
  const namespace = object('Namespace', 'shop', { createdHere: true });
  expect(isPaused({ ...namespace, key: { ...namespace.key, namespace: '' } }, [ACCESS])).toBe(true);
});
