import { expect, it } from 'vitest';
import { SECRET_MASK, SecretValues } from '../model/desired.ts';
import type { Change } from '../model/plan.ts';
import { fingerprintOf, hasFingerprint } from './fingerprint.ts';

function secret(name: string, values: Readonly<Record<string, string>>): Change {
  const key = { cluster: 'east', apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name };
  const data = Object.fromEntries(Object.keys(values).map((one) => [one, SECRET_MASK]));
  return {
    action: 'create',
    key,
    desired: {
      key,
      manifest: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, data },
      secret: new SecretValues(new Map(Object.entries(values))),
    },
    fields: [],
    warnings: [],
  };
}

it('knows the values of new keys again, in whatever order, and no other ones', async () => {
  const fingerprint = await fingerprintOf([secret('a', { one: '1', two: '2' }), secret('b', {})]);
  if (fingerprint === undefined) throw new Error('there is none');
  const has = (...changes: Change[]) => hasFingerprint(changes, fingerprint);
  expect(await has(secret('b', {}), secret('a', { two: '2', one: '1' }))).toBe(true);
  expect(await has(secret('a', { one: '1', two: '3' }))).toBe(false);
  expect(await has(secret('a', { one: '2', two: '1' }))).toBe(false);
  expect(await has(secret('c', { one: '1', two: '2' }))).toBe(false);
  expect(await has()).toBe(false);
});

it('differs between two plans with the same values', async () => {
  const [a, b] = [
    await fingerprintOf([secret('a', { one: '1' })]),
    await fingerprintOf([secret('a', { one: '1' })]),
  ];
  expect(a?.scrypt).not.toBe(b?.scrypt);
});

it('is not taken where no key is written', async () => {
  const added = { path: ['data', 'one'], effect: 'add', managers: [] } as const;
  const changed = { path: ['metadata', 'labels', 'a'], effect: 'change', managers: [] } as const;
  const { desired: _none, ...deleted } = secret('a', { one: '1' });
  expect(
    await fingerprintOf([{ ...secret('a', { one: '1' }), action: 'update', fields: [changed] }]),
  ).toBeUndefined();
  expect(await fingerprintOf([{ ...deleted, action: 'delete' }])).toBeUndefined();
  expect(
    await fingerprintOf([{ ...secret('a', { one: '1' }), action: 'update', fields: [added] }]),
  ).toBeDefined();
});
