import { createHash } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
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
let program: string;

beforeEach(async () => {
  program = 'this one';
  [folder, cache] = await Promise.all([temporaryFolder(), temporaryFolder()]);
  await writeFiles(folder, { 'shop/index.yaml': CONFIG_MAP, 'shop/objects.yaml': OBJECTS });
});

const read = (): Promise<Repository> =>
  readRepository('.', { cwd: folder, cacheDirectory: cache, program });

async function memories(): Promise<string[]> {
  const names = await readdir(cache, { recursive: true });
  return names.filter((name) => name.endsWith('.json')).map((name) => path.join(cache, name));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Changes what is remembered, as somebody would who knows how it is kept. */
async function changeMemory(change: (json: string) => string): Promise<void> {
  for (const file of await memories()) {
    const [, json = ''] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, `${sha256(change(json))}\n${change(json)}`);
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

  it('is still known when somebody read the same from another folder in between', async () => {
    await read();
    await changeMemory((text) => text.replace('"robot"', '"remembered"'));
    const above = { cwd: path.dirname(folder), cacheDirectory: cache, program };
    const [declaration] = (await readRepository(path.basename(folder), above)).declarations;
    expect(declaration?.position.file).toBe(path.join(path.basename(folder), 'shop/index.yaml'));
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
    const [, json = ''] = (await readFile(file, 'utf8')).split('\n');
    expect(Object.keys(JSON.parse(json))).toEqual(['sisyphus shop/index.yaml']);
  });

  it('has its mistakes told again', async () => {
    await writeFiles(folder, { 'shop/index.yaml': CONFIG_MAP.replace('clusters', 'cluster') });
    const first = formatProblems(await read());
    expect(first).toContain('shop/index.yaml:4:1');
    expect(formatProblems(await read())).toBe(first);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -10)],
    ['empty', () => ''],
    ['changed', (text: string) => text.replace('"robot"', '"damaged"')],
    ['emptied', (text: string) => text.replace(/"objects":\[.*?\]/, '"objects":[]')],
  ])('is read anew where its memory is %s', async (_, damage) => {
    const first = await read();
    for (const file of await memories()) {
      await writeFile(file, damage(await readFile(file, 'utf8')));
    }
    expect(await read()).toEqual(first);
  });

  it('is read anew by another program, and by one of no known commit', async () => {
    await read();
    await changeMemory((text) => text.replace('"robot"', '"remembered"'));
    program = 'another one';
    expect(JSON.stringify(await read())).toContain('"robot"');
    await readRepository('.', { cwd: folder, cacheDirectory: cache });
    expect(await memories()).toHaveLength(2);
  });

  it('is forgotten with its directory after a month', async () => {
    await read();
    const [old = ''] = await memories();
    const date = new Date(Date.now() - 31 * 24 * 3_600_000);
    await utimes(old, date, date);
    program = 'another one';
    await read();
    expect(await memories()).not.toContain(old);
  });

  it.each([
    ['in another file', { 'shop/objects.yaml': SECRET }],
    ['inline', { 'shop/index.yaml': `${CONFIG_MAP}  - ${inline(SECRET)}` }],
    ['in a list with a name', { 'shop/objects.yaml': listOf(SECRET) }],
    ['in an object around it', { 'shop/objects.yaml': wrapped(SECRET) }],
    ['of a misspelt kind', { 'shop/objects.yaml': SECRET.replace('Secret', 'Secert') }],
    [
      'of a misspelt kind, with data',
      { 'shop/objects.yaml': SECRET.replace('Secret', 'Secert').replace('stringData', 'data') },
    ],
    ['in escapes', { 'shop/objects.yaml': SECRET.replace('Secret', '"S\\u0065cret"') }],
  ])('leaves no value of a Secret behind: %s', async (_, files) => {
    await writeFiles(folder, files);
    const first = await read();
    expect(JSON.stringify(first)).toContain('canary-7315');
    expect(await read()).toEqual(first);
    for (const file of await memories()) {
      expect(await readFile(file, 'utf8')).not.toContain('canary');
    }
  });
});

function inline(object: string): string {
  return `${object.trimEnd().replaceAll('\n', '\n    ')}\n`;
}

function listOf(object: string): string {
  return `apiVersion: v1\nkind: List\nmetadata: { name: all }\nitems:\n  - ${inline(object)}`;
}

function wrapped(object: string): string {
  const head =
    'apiVersion: example.com/v1\nkind: Wrapper\nmetadata: { name: one }\nspec:\n  manifest:\n';
  return `${head}    ${inline(object)}`;
}
