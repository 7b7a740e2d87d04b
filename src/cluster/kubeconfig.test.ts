import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { openClusters } from './kubeconfig.ts';
import { readKubeconfig } from './kubeconfig-merge.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true }));

const EAST = `
contexts: [{name: east, context: {cluster: east-cluster, user: east-user}}]
clusters: [{name: east-cluster, cluster: {server: 'https://east.example', certificate-authority: ca.pem}}]
users: [{name: east-user, user: {tokenFile: tokens/east, client-certificate: /etc/east.pem}}]
`;

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

const open = (kubeconfig: string, environment = {}) =>
  openClusters({ kubeconfig, cacheDirectory: folder, environment });

/** The user's error that a piece of work ends in. */
function failure(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('the contexts', () => {
  it('are those of all files, sorted by bytes', async () => {
    const a = await write('a', 'contexts: [{name: b, context: {cluster: x}}]');
    const b = await write(
      'b',
      'contexts: [{name: é, context: {cluster: x}}, {name: Z, context: {cluster: x}}]',
    );
    expect(open([a, b].join(delimiter)).names).toEqual(['Z', 'b', 'é']);
  });

  it('come from the files that exist', async () => {
    const a = await write('a', EAST);
    expect(open([join(folder, 'nothing'), '', a].join(delimiter)).names).toEqual(['east']);
  });

  it('are none in an empty file and in one with empty lists', async () => {
    expect(open(await write('empty', '')).names).toEqual([]);
    expect(open(await write('null', 'contexts: null\nusers: null\nclusters: null')).names).toEqual(
      [],
    );
  });

  it('may be written as JSON', async () => {
    const text = JSON.stringify({ contexts: [{ name: 'east', context: { cluster: 'x' } }] });
    expect(open(await write('json', text)).names).toEqual(['east']);
  });

  it('give the same cluster each time', async () => {
    const clusters = open(await write('a', EAST));
    expect(clusters.get('east')).toBe(clusters.get('east'));
    expect(clusters.get('east').name).toBe('east');
  });

  it('include the cluster of a Pod only in a Pod', async () => {
    const path = await write('a', EAST);
    expect(open(path, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }).names).not.toContain('in-cluster');
    const error = failure(() => open(path).get('in-cluster'));
    expect(error.code).toBe('not-in-cluster');
  });

  it('may be called in-cluster by the kubeconfig', async () => {
    const path = await write('a', EAST.replace('name: east,', 'name: in-cluster,'));
    expect(open(path).get('in-cluster').name).toBe('in-cluster');
  });
});

describe('the current context', () => {
  it('is that of the first file which sets one', async () => {
    const none = await write('none', `${EAST}\ncurrent-context: ''`);
    const first = await write('first', 'current-context: west');
    const second = await write('second', `${EAST}\ncurrent-context: east`);
    expect(open([none, first, second].join(delimiter)).current).toBe('west');
    expect(open(none).current).toBeUndefined();
  });
});

describe('several files', () => {
  it('resolve relative paths beside the file that names them', async () => {
    const first = await write('one/config', 'contexts: []');
    const second = await write('two/config', EAST);
    const access = readKubeconfig([first, second].join(delimiter))?.access('east');
    expect(access).toMatchObject({
      context: 'east',
      cluster: { ca: { file: join(folder, 'two/ca.pem') } },
      user: {
        tokenFile: join(folder, 'two/tokens/east'),
        certificate: { file: '/etc/east.pem' },
      },
    });
  });

  it('let the first definition of a name win, whole', async () => {
    const first = await write('first', 'users: [{name: east-user, user: {token: first}}]');
    const second = await write('second', EAST);
    const access = readKubeconfig([first, second].join(delimiter))?.access('east');
    expect(access?.user).toMatchObject({
      token: 'first',
      tokenFile: undefined,
      certificate: undefined,
    });
  });

  it('complete each other', async () => {
    const contexts = await write(
      'contexts',
      'contexts: [{name: east, context: {cluster: c, user: u}}]',
    );
    const rest = await write(
      'rest',
      "clusters: [{name: c, cluster: {server: 'https://c'}}]\nusers: [{name: u, user: {token: t}}]",
    );
    const access = readKubeconfig([contexts, rest].join(delimiter))?.access('east');
    expect(access?.cluster.server.href).toBe('https://c/');
    expect(access?.user.token).toBe('t');
  });
});

describe('what a context says', () => {
  const accessOf = async (cluster: string, user: string) => {
    const path = await write(
      'config',
      `contexts: [{name: east, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: ${cluster}}]\nusers: [{name: u, user: ${user}}]`,
    );
    return readKubeconfig(path)?.access('east');
  };

  it('prefers inline certificates to files', async () => {
    const access = await accessOf(
      "{server: 'https://c', certificate-authority: ca.pem, certificate-authority-data: Q0E=}",
      '{client-key: k.pem, client-key-data: S0VZ}',
    );
    expect(access?.cluster.ca).toEqual({ data: Buffer.from('CA') });
    expect(access?.user.key).toEqual({ data: Buffer.from('KEY') });
  });

  it('finds a plugin with a folder beside the kubeconfig, and one without in PATH', async () => {
    const plugin = async (command: string) =>
      (await accessOf("{server: 'https://c'}", `{exec: {command: ${command}}}`))?.user.exec
        ?.command;
    expect(await plugin('./bin/login')).toBe(join(folder, 'bin/login'));
    expect(await plugin('login')).toBe('login');
  });

  it('becomes headers where it impersonates somebody', async () => {
    const user = '{as: jane, as-groups: [dev, ops], as-user-extra: {scopes/x: [view]}}';
    expect((await accessOf("{server: 'https://c'}", user))?.user.headers).toEqual({
      'Impersonate-User': 'jane',
      'Impersonate-Group': ['dev', 'ops'],
      'Impersonate-Extra-scopes%2Fx': ['view'],
    });
  });

  it('is an error where the server or the proxy is no web address', async () => {
    await expect(accessOf('{server: c.example}', '{}')).rejects.toThrow(/no http or https URL/);
    const socks = "{server: 'https://c', proxy-url: 'socks5://proxy:1080'}";
    await expect(accessOf(socks, '{}')).rejects.toThrow(/proxy-url that is no http or https URL/);
  });
});

describe('errors', () => {
  it('say where a kubeconfig was looked for', () => {
    const path = join(folder, 'nothing');
    const error = failure(() => open(path).names);
    expect(error.code).toBe('no-kubeconfig');
    expect(error.message).toBe(
      `there is no kubeconfig; it was looked for at ${path} (from KUBECONFIG)`,
    );
    expect(failure(() => open(path).get('east')).code).toBe('no-kubeconfig');
  });

  it('tell the known contexts and the one that was meant', async () => {
    const path = await write(
      'a',
      'contexts: [{name: staging-east, context: {cluster: x}}, {name: west, context: {cluster: x}}]',
    );
    const error = failure(() => open(path).get('stagng-east'));
    expect(error.code).toBe('unknown-context');
    expect(error.message).toBe(
      `the context "stagng-east" is not in ${path}; the known ones are staging-east, west`,
    );
    expect(error.hint).toBe('did you mean staging-east?');
    expect(failure(() => open(path).get('production')).hint).not.toContain('did you mean');
  });

  it('place what is not YAML and do not quote it', async () => {
    const path = await write('broken', 'users:\n  - name: u\n    user: {token: canary]}\n');
    const error = failure(() => open(path).names);
    expect(error.code).toBe('broken-kubeconfig');
    expect(error.position).toMatchObject({ file: path, line: 3 });
    expect(JSON.stringify([error.message, error.hint, error.detail])).not.toContain('canary');
  });

  it.each([
    ['a list', '[1, 2]', 'expected object'],
    ['a number as a token', 'users: [{name: u, user: {token: 4711}}]', 'users[0].user.token'],
    [
      'a cluster without a server',
      'clusters: [{name: c, cluster: {}}]',
      'clusters[0].cluster.server',
    ],
    ['a name twice', 'users: [{name: u}, {name: u}]', 'it defines the user "u" twice'],
  ])('name %s', async (_what, text, complaint) => {
    const path = await write('wrong', text);
    const wrong = failure(() => open(path).names);
    expect(wrong.code).toBe('broken-kubeconfig');
    expect(wrong.message).toContain(path);
    expect(wrong.message).toContain(complaint);
    expect(wrong.message).not.toContain('4711');
  });

  it('name a file that cannot be read', () => {
    const error = failure(() => open(folder).names);
    expect(error.message).toBe(`the kubeconfig ${folder} is broken: it cannot be read (EISDIR)`);
  });

  it('name what a context lacks', async () => {
    const noCluster = await write('c', 'contexts: [{name: east, context: {cluster: gone}}]');
    expect(failure(() => open(noCluster).get('east')).message).toContain(
      'the context east names the cluster "gone", which is not defined',
    );
    const noUser = await write(
      'u',
      "contexts: [{name: east, context: {cluster: c, user: gone}}]\nclusters: [{name: c, cluster: {server: 'https://c'}}]",
    );
    expect(failure(() => open(noUser).get('east')).message).toContain('the user "gone"');
  });
});
