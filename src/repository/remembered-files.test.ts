import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatProblems, temporaryFolder, writeFiles } from './read-files.fixture.ts';
import { type Repository, readRepository } from './repository.ts';

const CONFIG_MAP = `apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: { name: settings }
clusters: [east]
sources: [objects.yaml]
objects:
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: inline }
    data: { greeting: hello }
`;
const OBJECTS = `apiVersion: v1
kind: ServiceAccount
metadata: { name: robot }
`;
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { token: canary-7315 }
`;

let folder: string;
let cache: string;

beforeEach(async () => {
  [folder, cache] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  await writeFiles(folder, { 'shop/index.yaml': CONFIG_MAP, 'shop/objects.yaml': OBJECTS });
});

const read = (): Promise<Repository> => readRepository('.', { cwd: folder, cacheDirectory: cache });

async function memories(): Promise<string[]> {
  const names = await readdir(cache, { recursive: true });
  return names.filter((name) => name.endsWith('.json')).map((name) => path.join(cache, name));
}

async function changeMemory(change: (text: string) => string): Promise<void> {
  for (const file of await memories()) {
    await writeFile(file, change(await readFile(file, 'utf8')));
  }
}

describe('a file that was read before', () => {
  it('gives the same again', async () => {
    const first = await read();
    expect(first.declarations).toHaveLength(1);
    expect(await read()).toEqual(first);
    expect(await readRepository('.', { cwd: folder })).toEqual(first);
  });

  it('is not parsed again', async () => {
    await read();
    await changeMemory((text) => text.replace('"robot"', '"remembered"'));
    expect(JSON.stringify(await read())).toContain('"remembered"');
  });

  it('is read anew when it has changed', async () => {
    await read();
    await writeFiles(folder, { 'shop/objects.yaml': `\n${OBJECTS.replace('robot', 'changed')}` });
    const changed = await read();
    expect(changed).toEqual(await readRepository('.', { cwd: folder }));
    expect(JSON.stringify(changed)).toContain('"changed"');
  });

  it('is forgotten with its name', async () => {
    await read();
    await writeFiles(folder, { 'shop/index.yaml': '' });
    await read();
    const [file = ''] = await memories();
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')))).toEqual([
      'sisyphus shop/index.yaml',
    ]);
  });

  it('has its mistakes told again', async () => {
    await writeFiles(folder, { 'shop/index.yaml': CONFIG_MAP.replace('clusters', 'cluster') });
    const first = formatProblems(await read());
    expect(first).toContain('shop/index.yaml:4:1');
    expect(formatProblems(await read())).toBe(first);
  });

  it.each(['null', '[]', '{"sisyphus shop/index.yaml":null}', '{"sis'])(
    'is read anew where its memory is damaged: %s',
    async (damaged) => {
      const first = await read();
      await changeMemory(() => damaged);
      expect(await read()).toEqual(first);
    },
  );

  it.each(['inline', 'source'])('leaves no value of a Secret behind (%s)', async (place) => {
    const inline = `  - ${SECRET.trimEnd().replaceAll('\n', '\n    ')}\n`;
    await writeFiles(
      folder,
      place === 'inline'
        ? { 'shop/index.yaml': CONFIG_MAP + inline }
        : { 'shop/objects.yaml': SECRET },
    );
    const first = await read();
    expect(JSON.stringify(first)).toContain('canary-7315');
    expect(await read()).toEqual(first);
    expect(await memories()).toHaveLength(1);
    for (const file of await memories()) {
      expect(await readFile(file, 'utf8')).not.toContain('canary');
    }
  });
});
