import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  formatProblems,
  readFiles,
  readProblems,
  temporaryFolder,
  writeFiles,
} from './read-files.fixture.ts';
import { type Repository, readRepository } from './repository.ts';

const SISYPHUS = 'apiVersion: sisyphus/v1\n';
const kubernetesYaml = (more: string) =>
  `${SISYPHUS}kind: KubernetesYaml\nmetadata: {name: objects}\nclusters: [east]\n${more}`;
const sisyphusYaml = (...sources: string[]) =>
  `${SISYPHUS}kind: SisyphusYaml\nsources: ${JSON.stringify(sources)}\n`;
const configMap = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\n`;

/** The names of all objects and where they stand, in order. */
function objects({ declarations }: Repository): string[] {
  return declarations
    .flatMap((declaration) => (declaration.type === 'KubernetesYaml' ? declaration.objects : []))
    .map(({ value, position }) => `${value.metadata.name} ${position.file}:${position.line}`);
}

test('reads inline objects, then those of the sources: YAML, JSON and Lists', async () => {
  const repository = await readFiles({
    'shop/index.yaml': kubernetesYaml(
      'sources: [objects/a.yaml, ./b.json]\nobjects:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: inline}\n',
    ),
    'shop/objects/a.yaml': `---\n# comment\n---\n${configMap('a')}---\napiVersion: v1\nkind: List\nitems:\n- ${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } })}\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: c}}]}\n---\n`,
    'shop/b.json': JSON.stringify(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'd' } },
      null,
      '\t',
    ),
  });
  expect(formatProblems(repository)).toBe('');
  expect(objects(repository)).toEqual([
    'inline shop/index.yaml:7',
    'a shop/objects/a.yaml:4',
    'b shop/objects/a.yaml:11',
    'c shop/objects/a.yaml:12',
    'd shop/b.json:1',
  ]);
});

test('keeps objects as they are, read as kubectl reads them', async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop' } };
  const repository = await readFiles({
    'shop/index.yaml': kubernetesYaml('sources: [a.yaml]\n'),
    'shop/a.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\ndata: {a: aGk=}\nstringData: {pin: 0123, "on": yes}\nimmutable: yes\n`,
  });
  expect(formatProblems(repository)).toBe('');
  expect(repository.declarations).toMatchObject([
    {
      objects: [
        {
          value: {
            ...secret,
            data: { a: 'aGk=' },
            stringData: { pin: '0123', on: 'yes' },
            immutable: true,
          },
        },
      ],
    },
  ]);
});

test('names each cluster once', async () => {
  const repository = await readFiles({
    'shop/index.yaml': kubernetesYaml('').replace('[east]', '[east, west, east]'),
  });
  expect(repository.declarations).toMatchObject([
    { clusters: [{ value: 'east' }, { value: 'west' }] },
  ]);
});

test('refuses what is no object, without its values', async () => {
  const problems = await readProblems({
    'shop/index.yaml': kubernetesYaml(
      'sources: [a.yaml]\nobjects: [text, {}, {apiVersion: v1, kind: Pod, metadata: {generateName: x}}]\n',
    ),
    'shop/a.yaml': `apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {a: 5318008, b: hunter2, c: {d: hunter2}, e: [hunter2], f: , g: true}
data: hunter2
immutable: "yes"
type: 3
---
apiVersion: v1
kind: List
items: [7, {apiVersion: v1, kind: Pod, metadata: {name: 3, namespace: [a]}}]
---
apiVersion: ""
kind: 1
metadata: {name: ../a}
---
${SISYPHUS}kind: Deployment
---
- hunter2
`,
  });
  expect(problems.split('\n')).toEqual([
    'shop/index.yaml:6:11: This value: expected a map, found text.',
    'shop/index.yaml:6:17: The field `apiVersion` is missing.',
    'shop/index.yaml:6:17: The field `kind` is missing.',
    'shop/index.yaml:6:17: The field `metadata` is missing.',
    'shop/index.yaml:6:59: The field `name` is missing in `metadata`.',
    'shop/a.yaml:4:17: `stringData`: expected text, found a number; put it in quotes.',
    'shop/a.yaml:4:41: `stringData`: expected text, found a map.',
    'shop/a.yaml:4:58: `stringData`: expected text, found a list.',
    'shop/a.yaml:4:69: `stringData`: expected text, found nothing.',
    'shop/a.yaml:4:77: `stringData`: expected text, found a boolean; put it in quotes.',
    'shop/a.yaml:5:7: `data`: expected a map, found text.',
    'shop/a.yaml:6:12: `immutable`: expected true or false, found text.',
    'shop/a.yaml:7:7: `type`: expected text, found a number; put it in quotes.',
    'shop/a.yaml:11:9: This value: expected a map, found a number.',
    'shop/a.yaml:11:57: `metadata.name`: expected text, found a number; put it in quotes.',
    'shop/a.yaml:11:71: `metadata.namespace`: expected text, found a list.',
    'shop/a.yaml:13:13: `apiVersion`: must not be empty.',
    'shop/a.yaml:14:7: `kind`: expected text, found a number; put it in quotes.',
    'shop/a.yaml:15:18: `metadata.name`: expected a name without `/`, `%` and control characters.',
    'shop/a.yaml:17:1: A Sisyphus document cannot stand among Kubernetes objects.',
    '  hint: Name its file in the sources of a SisyphusYaml document instead.',
    'shop/a.yaml:20:1: This value: expected a map, found a list.',
  ]);
});

test('refuses objects that a namespaced folder must not hold', async () => {
  const files = {
    'a.yaml': `${configMap('own', ', namespace: shop')}---\n${configMap('none', ', namespace: ""')}---\n${configMap('other', ', namespace: other')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n`,
  };
  expect(
    await readProblems({ 'shop/index.yaml': kubernetesYaml('sources: [../a.yaml]\n'), ...files }),
  ).toBe(
    [
      'a.yaml:11:36: `metadata.namespace` is `other`, but all objects of this folder are in the namespace `shop`; remove the field, or declare the object in the folder `global`.',
      'a.yaml:13:1: A Namespace cannot be declared in the folder `shop`; declare it in the folder `global`.',
    ].join('\n'),
  );
  const global = await readFiles({
    'global/index.yaml': kubernetesYaml('sources: [../a.yaml]\n'),
    ...files,
  });
  expect(formatProblems(global)).toBe('');
  expect(objects(global)).toHaveLength(4);
});

test('refuses a namespace that cannot exist', async () => {
  expect(
    await readProblems({
      'global/index.yaml': kubernetesYaml('sources: [a.yaml]\n'),
      'global/a.yaml': configMap('a', ', namespace: No_Such'),
    }),
  ).toBe(
    'global/a.yaml:3:32: `metadata.namespace`: expected lower-case letters, digits and `-`, at most 63 characters, with a letter or digit at both ends.',
  );
});

test('reads more Sisyphus documents in the place of a SisyphusYaml', async () => {
  const named = (name: string) => kubernetesYaml('').replace('name: objects', `name: ${name}`);
  const repository = await readFiles({
    'shop/index.yaml': `${named('a')}---\n${sisyphusYaml('more/b.yaml', '../common.yaml')}---\n${named('d')}`,
    'shop/more/b.yaml': `${sisyphusYaml('c.yaml')}---\n${named('b')}`,
    'shop/more/c.yaml': named('c').replace('clusters', 'sources: [objects.yaml]\nclusters'),
    'shop/more/objects.yaml': configMap('beside'),
    'common.yaml': named('common'),
    'other/index.yaml': sisyphusYaml('../common.yaml'),
  });
  expect(formatProblems(repository)).toBe('');
  expect(repository.declarations.map(({ id }) => `${id.namespace}/${id.name}`)).toEqual([
    'other/common',
    'shop/a',
    'shop/c',
    'shop/b',
    'shop/common',
    'shop/d',
  ]);
  expect(objects(repository)).toEqual(['beside shop/more/objects.yaml:1']);
});

test('refuses circles and names the files on the way', async () => {
  expect(
    await readProblems({
      'shop/index.yaml': sisyphusYaml('a.yaml'),
      'shop/a.yaml': sisyphusYaml('b.yaml'),
      'shop/b.yaml': sisyphusYaml('a.yaml', 'b.yaml', 'index.yaml'),
    }),
  ).toBe(
    [
      'shop/b.yaml:3:11: The sources form a circle: shop/a.yaml → shop/b.yaml → shop/a.yaml.',
      'shop/b.yaml:3:20: The sources form a circle: shop/b.yaml → shop/b.yaml.',
      'shop/b.yaml:3:29: The sources form a circle: shop/index.yaml → shop/a.yaml → shop/b.yaml → shop/index.yaml.',
    ].join('\n'),
  );
});

test('refuses a file that is read twice into a folder, and names both places', async () => {
  expect(
    await readProblems({
      'shop/index.yaml': sisyphusYaml('a.yaml', 'b.yaml'),
      'shop/a.yaml': sisyphusYaml('b.yaml'),
      'shop/b.yaml': kubernetesYaml(''),
    }),
  ).toBe(
    'shop/index.yaml:3:20: Everything in `shop/b.yaml` is declared twice in the folder `shop`: here and by the source at shop/a.yaml:3:11.',
  );
});

test('refuses the same kind and name from two files, and names both places', async () => {
  expect(
    await readProblems({
      'shop/index.yaml': sisyphusYaml('a.yaml', 'b.yaml'),
      'shop/a.yaml': kubernetesYaml(''),
      'shop/b.yaml': `---\n${kubernetesYaml('')}`,
    }),
  ).toBe(
    'shop/b.yaml:2:1: KubernetesYaml shop/objects is declared twice: here and at shop/a.yaml:1:1.',
  );
});

test('refuses sources that are missing, no file, no text or outside', async () => {
  expect(
    await readProblems({
      'shop/index.yaml': `${kubernetesYaml('sources:\n- missing.yaml\n- index.yaml/below\n- .\n- ../../outside.yaml\n- /etc/hostname\n- "a\\0b"\n- ""\n- 7\n')}---\n${sisyphusYaml('../..')}`,
    }),
  ).toBe(
    [
      'shop/index.yaml:11:3: `sources[5]`: must not contain control characters.',
      'shop/index.yaml:12:3: `sources[6]`: must not be empty.',
      'shop/index.yaml:13:3: `sources[7]`: expected text, found a number; put it in quotes.',
      'shop/index.yaml:6:3: The source `missing.yaml` does not exist.',
      'shop/index.yaml:7:3: The source `index.yaml/below` does not exist.',
      'shop/index.yaml:8:3: The source `.` is not a file.',
      'shop/index.yaml:9:3: The source `../../outside.yaml` leads outside of the monitor directory.',
      'shop/index.yaml:10:3: The source `/etc/hostname` leads outside of the monitor directory.',
      'shop/index.yaml:17:11: The source `../..` leads outside of the monitor directory.',
    ].join('\n'),
  );
});

test('writes control characters of a file as escapes and cuts what is endless', async () => {
  const key = `\\e[2J\\u202e${'x'.repeat(300)}`;
  expect(await readProblems({ 'shop/index.yaml': `{"${key}": 1, "${key}": 2}` })).toBe(
    `shop/index.yaml:1:320: The key \`\\u{1b}[2J\\u{202e}${'x'.repeat(195)}…\` is given a second time in the same map.`,
  );
});

test('refuses files that are too large or not UTF-8', async () => {
  const root = await temporaryFolder();
  await writeFiles(root, {
    'shop/index.yaml': kubernetesYaml('sources: [large.yaml, latin.yaml]\n'),
    'shop/large.yaml': ' '.repeat(10 * 1024 * 1024 + 1),
  });
  await writeFile(path.join(root, 'shop/latin.yaml'), Buffer.from('a: \xe9\n', 'latin1'));
  expect(formatProblems(await readRepository('.', { cwd: root }))).toBe(
    [
      'shop/index.yaml:5:11: The source `large.yaml` is larger than 10 MiB.',
      'shop/index.yaml:5:23: The source `latin.yaml` is not UTF-8 text.',
    ].join('\n'),
  );
});

test('refuses an index that is a folder', async () => {
  expect(await readProblems({ 'shop/index.yaml/x': '' })).toBe(
    'shop/index.yaml:1:1: This file is not a file.',
  );
});

test('reads a file that starts with a byte order mark', async () => {
  expect(await readProblems({ 'shop/index.yaml': '\uFEFFkind: X\n' })).toContain(
    'shop/index.yaml:1:1:',
  );
});

test('reaches everything in the git work tree, and nothing else', async () => {
  const root = await temporaryFolder();
  await writeFiles(root, {
    'repo/.git/HEAD': '',
    'repo/production/shop/index.yaml': kubernetesYaml(
      'sources: [../../common/a.yaml, ../../../b.yaml]\n',
    ),
    'repo/common/a.yaml': configMap('a'),
    'b.yaml': configMap('b'),
  });
  const repository = await readRepository('repo/production', { cwd: root });
  expect(formatProblems(repository)).toBe(
    'repo/production/shop/index.yaml:5:32: The source `../../../b.yaml` leads outside of the git work tree.',
  );
});

test('follows symbolic links within, but not out', async () => {
  const root = await temporaryFolder();
  await writeFiles(root, {
    'monitor/shop/index.yaml': kubernetesYaml(
      'sources: [in.yaml, out.yaml, loop.yaml, linked/b.yaml]\n',
    ),
    'monitor/a.yaml': configMap('a'),
    'monitor/other/objects/b.yaml': configMap('b'),
    'out/secret.yaml': configMap('hunter2'),
    'out/index.yaml': '',
  });
  await symlink('../a.yaml', path.join(root, 'monitor/shop/in.yaml'));
  await symlink('../../out/secret.yaml', path.join(root, 'monitor/shop/out.yaml'));
  await symlink('loop.yaml', path.join(root, 'monitor/shop/loop.yaml'));
  await symlink('../other/objects', path.join(root, 'monitor/shop/linked'));
  await symlink('../out', path.join(root, 'monitor/outside'));
  await symlink('nowhere', path.join(root, 'monitor/dangling'));
  await symlink('shop', path.join(root, 'monitor/store'));
  await mkdir(path.join(root, 'monitor/looped'));
  await symlink('index.yaml', path.join(root, 'monitor/looped/index.yaml'));
  const repository = await readRepository('monitor', { cwd: root });
  const faults = [
    'monitor/shop/index.yaml:5:20: The source `out.yaml` leads outside of the monitor directory.',
    'monitor/shop/index.yaml:5:30: The source `loop.yaml` is a symbolic link that leads back to itself.',
  ];
  expect(formatProblems(repository).split('\n')).toEqual([
    'monitor/looped/index.yaml:1:1: This file is a symbolic link that leads back to itself.',
    'monitor/outside/index.yaml:1:1: This file leads outside of the monitor directory.',
    ...faults,
    ...faults,
  ]);
  expect(repository.namespaces).toEqual(['looped', 'outside', 'shop', 'store']);
  expect(repository.withoutIndex).toEqual(['other']);
});

test('refuses a namespace whose file has another ending', async () => {
  expect(await readProblems({ 'shop/index.yml': kubernetesYaml(''), 'jobs/index.yaml': '' })).toBe(
    'shop/index.yml:1:1: This file is not read: a namespace is declared in `index.yaml`.\n  hint: Rename it.',
  );
});
