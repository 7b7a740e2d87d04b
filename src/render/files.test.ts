import { expect, it } from 'vitest';
import { mountFiles } from './files.ts';

/** Mounts `variable path secret/key` lines. */
function mount(...lines: string[]) {
  const files = lines.map((text) => {
    const [name = '', path = '', ref = ''] = text.split(' ');
    const [secret = '', key = ''] = ref.split('/');
    return { name, path, secret, key };
  });
  const variables = files.map(({ name, path }) => ({
    type: 'file-variable' as const,
    name,
    path,
    at: null,
  }));
  return mountFiles(variables, ({ name, path }) => {
    const file = files.find((one) => one.name === name && one.path === path);
    return { name: file?.secret ?? '', key: file?.key ?? '' };
  });
}

const secretVolume = (name: string, secretName: string, items: readonly (readonly string[])[]) => ({
  name,
  secret: { defaultMode: 420, items: items.map(([key, path]) => ({ key, path })), secretName },
});

it('mounts one volume for each secret and one mount for each folder, in the order of first use', () => {
  expect(mount('b /b/x s2/k', 'a /a/x s1/k', 'c /c/y s2/l', 'b /b/x s2/k')).toEqual({
    volumes: [
      secretVolume('b', 's2', [
        ['k', 'x'],
        ['l', 'y'],
      ]),
      secretVolume('a', 's1', [['k', 'x']]),
    ],
    volumeMounts: [
      { mountPath: '/b', name: 'b', readOnly: true },
      { mountPath: '/a', name: 'a', readOnly: true },
      { mountPath: '/c', name: 'b', readOnly: true },
    ],
  });
});

it('joins secrets that share a folder in one projected volume', () => {
  const source = (name: string, key: string, path: string) => ({
    secret: { name, items: [{ key, path }] },
  });
  expect(mount('a /etc/x s1/k', 'b /etc/y s2/l').volumes).toEqual([
    {
      name: 'a',
      projected: { defaultMode: 420, sources: [source('s1', 'k', 'x'), source('s2', 'l', 'y')] },
    },
  ]);
});

it('gives folders volumes of their own where two keys have one file name', () => {
  expect(mount('a /a/key s/one', 'b /b/key s/two').volumes).toEqual([
    secretVolume('a', 's', [['one', 'key']]),
    secretVolume('b', 's', [['two', 'key']]),
  ]);
});

it('refuses two keys for one file', () => {
  expect(() => mount('a /etc/x s/one', 'b /etc/x s/two')).toThrow(
    'the variables "a" and "b" both want the file /etc/x',
  );
});
