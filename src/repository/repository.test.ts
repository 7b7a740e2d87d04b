import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { formatDeclaration } from '../model/declaration.ts';
import { readFiles, readProblems, temporaryFolder, writeFiles } from './read-files.fixture.ts';
import { readRepository } from './repository.ts';
import { SCHEMAS } from './schema.ts';

const ECHO = `apiVersion: sisyphus/v1
kind: Deployment
metadata:
  name: echo
`;

test('reads a Deployment with everything that it may have', async () => {
  const { declarations, problems } = await readFiles({
    'shop/index.yaml': `# the shop's front
apiVersion: sisyphus/v1
kind: Deployment
metadata:
  name: echo
  labels: {tier: front}
  annotations: {note.example/owner: shop}
config:
  env: prod
  image: registry.example/echo_config:latest
  service:
    ports:
      http: {name: web, number: 80}
      dns: {number: 53}
  variables:
    token:
      secretKeyRef: {name: tokens, key: secret-token}
footprint:
  east: {replicas: 3}
  west: {}
`,
  });
  const at = (line: number, column: number) => ({ file: 'shop/index.yaml', line, column });
  expect(problems).toEqual([]);
  expect(declarations).toEqual([
    {
      type: 'Deployment',
      id: { kind: 'Deployment', namespace: 'shop', name: 'echo' },
      position: at(2, 1),
      labels: { tier: 'front' },
      annotations: { 'note.example/owner': 'shop' },
      environment: 'prod',
      image: { value: 'registry.example/echo_config:latest', position: at(10, 10) },
      servicePorts: {
        http: { name: 'web', number: 80, position: at(13, 7) },
        dns: { number: 53, position: at(14, 7) },
      },
      variables: {
        token: { value: { name: 'tokens', key: 'secret-token' }, position: at(16, 5) },
      },
      footprint: {
        east: { replicas: 3, position: at(19, 3) },
        west: { position: at(20, 3) },
      },
    },
  ]);
});

test('reads a CronJob, which restarts on failure unless it says otherwise', async () => {
  const cronJob = (more: string) => `apiVersion: sisyphus/v1
kind: CronJob
metadata: {name: cleanup}
config: {env: prod, image: job, schedule: "0 2 * * *"${more}}
footprint: {east: {}, west: }
`;
  const { declarations, problems } = await readFiles({
    'a/index.yaml': cronJob(''),
    'b/index.yaml': cronJob(', restartPolicy: Never, concurrencyPolicy: Forbid'),
  });
  expect(problems).toEqual([]);
  const [a, b] = declarations;
  expect(a).toMatchObject({ schedule: '0 2 * * *', restartPolicy: 'OnFailure' });
  expect(a).not.toHaveProperty('concurrencyPolicy');
  expect(b).toMatchObject({ restartPolicy: 'Never', concurrencyPolicy: 'Forbid' });
  expect(Object.keys(b?.type === 'CronJob' ? b.footprint : {})).toEqual(['east', 'west']);
});

test('takes optional fields without a value as left out', async () => {
  const { declarations, problems } = await readFiles({
    'shop/index.yaml': `${ECHO}  labels:
  annotations: ~
config:
  env: prod
  image: echo
  service:
  variables:
footprint:
  east:
    replicas:
`,
  });
  expect(problems).toEqual([]);
  expect(declarations).toMatchObject([
    { labels: {}, annotations: {}, servicePorts: {}, variables: {}, footprint: { east: {} } },
  ]);
});

test('orders folders by bytes and keeps the order within a file', async () => {
  const yaml = (name: string) =>
    `apiVersion: sisyphus/v1\nkind: KubernetesYaml\nmetadata: {name: ${name}}\nclusters: []\n`;
  const repository = await readFiles({
    'b/index.yaml': yaml('x'),
    'b-a/index.yaml': yaml('x'),
    'a/index.yaml': `${yaml('z')}---\n---\n${yaml('y')}---\n`,
    'global/index.yaml': yaml('g'),
    'empty/index.yaml': '# nothing yet\n',
    'lost/readme.md': '',
    '.git-hooks/index.yaml': 'not read',
    'index.yaml': 'not read',
  });
  expect(repository.problems).toEqual([]);
  expect(repository.declarations.map(({ id }) => formatDeclaration(id))).toEqual([
    'KubernetesYaml a/z',
    'KubernetesYaml a/y',
    'KubernetesYaml b/x',
    'KubernetesYaml b-a/x',
    'KubernetesYaml global/g',
  ]);
  expect(repository.namespaces).toEqual(['a', 'b', 'b-a', 'empty']);
  expect(repository.withoutIndex).toEqual(['lost']);
});

test('tells all mistakes of a document, in the order of the file', async () => {
  const problems = await readProblems({
    'shop/index.yaml': `apiVersion: sisyphus/v1
kind: Deployment
metadata:
  name: Echo_1
  labels: {version: 1.10, debug: true}
config:
  env: 1
  imagee: echo
  service:
    ports:
      http: {number: 0, nme: web}
      grpc: {number: "80"}
      dns: {number: 5.3, name: Dns}
      admin: {name: admin}
  variables:
    plain: hunter2
    wrong: {secretKeyRef: {name: A, key: "a b", optional: true}}
    nothing: {}
footprint:
  east: {replicas: -1}
  west:
`,
  });
  expect(problems.split('\n')).toEqual([
    'shop/index.yaml:4:9: `metadata.name`: expected lower-case letters, digits and `-`, at most 63 characters, with a letter or digit at both ends.',
    'shop/index.yaml:5:21: `metadata.labels.version`: expected text, found a number; put it in quotes.',
    'shop/index.yaml:5:34: `metadata.labels.debug`: expected text, found a boolean; put it in quotes.',
    'shop/index.yaml:7:8: `config.env`: expected text, found a number; put it in quotes.',
    'shop/index.yaml:8:3: Unknown field `imagee`; did you mean `image`?',
    'shop/index.yaml:11:22: `config.service.ports.http.number`: expected a port from 1 to 65535.',
    'shop/index.yaml:11:25: Unknown field `nme`; did you mean `name`?',
    'shop/index.yaml:12:22: `config.service.ports.grpc.number`: expected a whole number, found text.',
    'shop/index.yaml:13:21: `config.service.ports.dns.number`: expected a whole number, found a fraction.',
    'shop/index.yaml:13:32: `config.service.ports.dns.name`: expected lower-case letters, digits and `-`, at most 63 characters, with a letter or digit at both ends.',
    'shop/index.yaml:14:14: The field `number` is missing in `config.service.ports.admin`.',
    'shop/index.yaml:16:12: `config.variables.plain`: expected a map, found text.',
    'shop/index.yaml:17:34: `config.variables.wrong.secretKeyRef.name`: expected the name of a Secret: lower-case letters, digits, `-` and `.`.',
    'shop/index.yaml:17:42: `config.variables.wrong.secretKeyRef.key`: expected a key of a Secret: letters, digits, `-`, `_` and `.`.',
    'shop/index.yaml:17:49: Unknown field `optional`; expected `name` or `key`.',
    'shop/index.yaml:18:14: The field `secretKeyRef` is missing in `config.variables.nothing`.',
    'shop/index.yaml:20:20: `footprint.east.replicas`: expected 0 or more.',
    'shop/index.yaml:21:3: `footprint.west`: expected a map, found nothing.',
  ]);
});

test('still tells that a field is missing or wrong where an unknown one only looks like it', async () => {
  const problems = await readProblems({
    'shop/index.yaml': `${ECHO}config: {env: prod, image: [], imagee: echo}\n`,
  });
  expect(problems.split('\n')).toEqual([
    'shop/index.yaml:1:1: The field `footprint` is missing.',
    'shop/index.yaml:5:28: `config.image`: expected text, found a list.',
    'shop/index.yaml:5:32: Unknown field `imagee`; did you mean `image`?',
  ]);
});

test('bounds the fields of a CronJob', async () => {
  const problems = await readProblems({
    'shop/index.yaml': `apiVersion: sisyphus/v1
kind: CronJob
metadata: {name: ${'a'.repeat(53)}}
config: {env: prod, image: job, schedule: "", concurrencyPolicy: allow, restartPolicy: Always, service: {}}
footprint: {east: {replicas: 1}}
`,
  });
  expect(problems.split('\n')).toEqual([
    'shop/index.yaml:3:18: `metadata.name`: expected at most 52 characters.',
    'shop/index.yaml:4:43: `config.schedule`: must not be empty.',
    'shop/index.yaml:4:66: Unknown concurrencyPolicy `allow`; did you mean `Allow`?',
    'shop/index.yaml:4:88: Unknown restartPolicy `Always`; expected `OnFailure` or `Never`.',
    'shop/index.yaml:4:96: Unknown field `service`; expected `env`, `image`, `variables`, `schedule`, `concurrencyPolicy` or `restartPolicy`.',
    'shop/index.yaml:5:20: Unknown field `replicas`; no field is expected here.',
  ]);
});

test.each([
  ['kind: Deployment', '1:1: The field `apiVersion` is missing.'],
  ['apiVersion: sisyphus/v1', '1:1: The field `kind` is missing.'],
  [
    'apiVersion: sisyphus/v1\nkind: Deploymnet',
    '2:7: Unknown kind `Deploymnet`; did you mean `Deployment`?',
  ],
  [
    'apiVersion: sisyphus/v1\nkind: Job',
    '2:7: Unknown kind `Job`; expected `Deployment`, `CronJob`, `KubernetesYaml` or `SisyphusYaml`.',
  ],
  [
    'apiVersion: v1\nkind: Secret\nstringData: {a: hunter2}',
    '1:13: Unknown apiVersion `v1`; expected `sisyphus/v1`.\n  hint: Kubernetes objects belong in the objects or sources of a KubernetesYaml document.',
  ],
  [
    'apiVersion: 1\nkind: [a]',
    '1:13: `apiVersion`: expected `sisyphus/v1`, found a number.\nshop/index.yaml:2:7: `kind`: expected `Deployment`, `CronJob`, `KubernetesYaml` or `SisyphusYaml`, found a list.',
  ],
  ['- a', '1:1: This value: expected a map, found a list.'],
  ['a: "', '1:5: The closing quote is missing.'],
])('refuses %j as a document', async (text, problem) => {
  expect(await readProblems({ 'shop/index.yaml': text })).toBe(`shop/index.yaml:${problem}`);
});

test('reads the documents beside a broken one', async () => {
  const { declarations, problems } = await readFiles({
    'shop/index.yaml': `a: [\n---\n${ECHO}config: {env: prod, image: echo}\nfootprint: {}\n`,
  });
  expect(declarations).toHaveLength(1);
  expect(problems).toHaveLength(1);
});

test('says which declaration a mistake belongs to, and leaves that one out', async () => {
  const { declarations, problems } = await readFiles({
    'shop/index.yaml': `${ECHO}---\napiVersion: sisyphus/v1\nkind: CronJob\n`,
  });
  expect(declarations).toEqual([]);
  expect(problems.map(({ declaration }) => declaration)).toEqual([
    { kind: 'Deployment', namespace: 'shop', name: 'echo' },
    { kind: 'Deployment', namespace: 'shop', name: 'echo' },
    undefined,
    undefined,
    undefined,
  ]);
});

test('refuses a kind and name that a folder declares twice', async () => {
  const echo = `${ECHO}config: {env: prod, image: echo}\nfootprint: {}\n`;
  expect(
    await readProblems({ 'shop/index.yaml': `${echo}---\n${echo}`, 'other/index.yaml': echo }),
  ).toBe(
    'shop/index.yaml:8:1: Deployment shop/echo is declared twice: here and at shop/index.yaml:1:1.',
  );
});

test('refuses programs in the folder global', async () => {
  const config = 'config: {env: prod, image: echo}\nfootprint: {}\n';
  expect(await readProblems({ 'global/index.yaml': `${ECHO}${config}` })).toBe(
    'global/index.yaml:1:1: A Deployment needs a namespace, so it cannot be declared in the folder `global`; move it into the folder of its namespace.',
  );
});

test('refuses a folder whose name cannot be a namespace', async () => {
  expect(await readProblems({ 'My_Shop/index.yaml': '', 'Not_Read/other.yaml': '' })).toBe(
    'My_Shop/index.yaml:1:1: The folder `My_Shop` cannot be a namespace: its name must be lower-case letters, digits and `-`, at most 63 characters, with a letter or digit at both ends.',
  );
});

test('throws where the monitor directory does not exist or is a file', async () => {
  const cwd = await temporaryFolder();
  await writeFile(path.join(cwd, 'file'), '');
  await expect(readRepository('missing', { cwd })).rejects.toMatchObject({
    code: 'monitor-directory',
    message: 'The monitor directory `missing` does not exist.',
  });
  await expect(readRepository('file', { cwd })).rejects.toMatchObject({
    code: 'monitor-directory',
    message: 'The monitor directory `file` is not a folder.',
  });
});

test('is identified by its path in the git work tree, else by its name', async () => {
  const cwd = await temporaryFolder();
  await writeFiles(cwd, { 'repo/deploy/production/shop/index.yaml': '' });
  const identity = async (directory: string) => (await readRepository(directory, { cwd })).identity;
  expect(await identity('repo/deploy/production/')).toBe('production');
  await mkdir(path.join(cwd, 'repo/.git'));
  expect(await identity('repo/deploy/production')).toBe('deploy/production');
  expect(await identity('repo')).toBe('.');
  // A linked work tree has a file in the place of the folder.
  await writeFile(path.join(cwd, 'repo/deploy/.git'), 'gitdir: elsewhere\n');
  expect(await identity('repo/deploy/production')).toBe('production');
});

test('names files by the shorter path from the working folder', async () => {
  const root = await temporaryFolder();
  await writeFiles(root, { 'repo/production/shop/index.yaml': 'a', 'repo/deep/er/x': '' });
  const file = async (cwd: string) => {
    const { problems } = await readRepository(path.join(root, 'repo/production'), { cwd });
    return problems[0]?.error.position?.file;
  };
  expect(await file(path.join(root, 'repo'))).toBe('production/shop/index.yaml');
  expect(await file(path.join(root, 'repo/deep/er'))).toBe('../../production/shop/index.yaml');
  expect(await file(`${'/x'.repeat(60)}`)).toBe(path.join(root, 'repo/production/shop/index.yaml'));
});

test.each(Object.entries(SCHEMAS))(
  'describes %s in a JSON Schema that is as strict',
  (kind, schema) => {
    expect(z.toJSONSchema(schema)).toMatchObject({
      additionalProperties: false,
      properties: { apiVersion: { const: 'sisyphus/v1' }, kind: { const: kind } },
    });
  },
);
