import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatError, SisyphusError } from '../model/errors.ts';
import { credentialPaths } from './credential-files.ts';
import { type Credentials, createCredentials } from './credentials.ts';
import { parseReference } from './reference.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sisyphus-credentials-'));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

const auth = (pair: string): { auth: string } => ({ auth: Buffer.from(pair).toString('base64') });

async function write(path: string, content: unknown): Promise<string> {
  const full = join(home, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, typeof content === 'string' ? content : JSON.stringify(content));
  return full;
}

/** A helper as Docker's: a program on the PATH that notes each call. */
async function writeHelper(name: string, script: string): Promise<void> {
  const path = await write(
    `bin/docker-credential-${name}`,
    `#!/bin/sh\nread server\necho "$1 $server" >> '${home}/calls'\n${script}\n`,
  );
  await chmod(path, 0o755);
}

function open(environment: Record<string, string> = {}, helperTimeoutMs?: number): Credentials {
  const path = `${join(home, 'bin')}${delimiter}${process.env.PATH}`;
  return createCredentials({
    environment: { PATH: path, ...environment },
    homeDirectory: home,
    ...(helperTimeoutMs !== undefined && { helperTimeoutMs }),
  });
}

async function find(credentials: Credentials, reference: string): Promise<string | undefined> {
  const found = await credentials.find(parseReference(reference));
  if (found === undefined) return undefined;
  return found.kind === 'basic' ? `${found.username}:${found.password}` : `token ${found.token}`;
}

async function failure(credentials: Credentials, reference: string): Promise<SisyphusError> {
  const error = await credentials.find(parseReference(reference)).catch((e: unknown) => e);
  if (error instanceof SisyphusError) return error;
  throw new Error('there was no error');
}

describe('credential files', () => {
  it('gives nothing where there is no file', async () => {
    expect(await find(open(), 'registry.example/app')).toBeUndefined();
  });

  it("reads every form of Docker's entries", async () => {
    await write('.docker/config.json', {
      auths: {
        'a.example': auth('ann:pass:word'),
        'b.example:5000': { username: 'bob', password: 'secret' },
        'https://c.example/v2/': auth('cat:c'),
        'd.example': { ...auth('dan:x'), identitytoken: 'refresh' },
        'e.example': {},
        'https://index.docker.io/v1/': auth('hub:h'),
      },
      HttpHeaders: { 'X-Unknown': 'kept' },
    });
    const credentials = open();
    expect(await find(credentials, 'a.example/app')).toBe('ann:pass:word');
    expect(await find(credentials, 'b.example:5000/app')).toBe('bob:secret');
    expect(await find(credentials, 'b.example/app')).toBeUndefined();
    expect(await find(credentials, 'c.example/app')).toBe('cat:c');
    expect(await find(credentials, 'd.example/app')).toBe('token refresh');
    expect(await find(credentials, 'e.example/app')).toBeUndefined();
    expect(await find(credentials, 'alpine')).toBe('hub:h');
  });

  it('takes the entry for the longest part of the name', async () => {
    await write('.config/containers/auth.json', {
      auths: {
        'r.example': auth('all:1'),
        'r.example/team': auth('team:2'),
        'r.example/team/app': auth('app:3'),
      },
    });
    const credentials = open();
    expect(await find(credentials, 'r.example/team/app')).toBe('app:3');
    expect(await find(credentials, 'r.example/team/other')).toBe('team:2');
    expect(await find(credentials, 'r.example/teams')).toBe('all:1');
  });

  it('looks first where the environment points, then at Docker, then at Podman', async () => {
    const named = await write('named.json', { auths: { 'a.example': auth('named:1') } });
    await write('docker/config.json', { auths: { 'a.example': auth('docker:2') } });
    await write('run/containers/auth.json', { auths: { 'a.example': auth('run:3') } });
    await write('.config/containers/auth.json', { auths: { 'a.example': auth('home:4') } });
    const XDG_RUNTIME_DIR = join(home, 'run');
    const DOCKER_CONFIG = join(home, 'docker');
    const all = { REGISTRY_AUTH_FILE: named, DOCKER_CONFIG, XDG_RUNTIME_DIR };
    expect(await find(open(all), 'a.example/app')).toBe('named:1');
    expect(await find(open({ DOCKER_CONFIG, XDG_RUNTIME_DIR }), 'a.example/app')).toBe('docker:2');
    expect(await find(open({ XDG_RUNTIME_DIR }), 'a.example/app')).toBe('run:3');
    expect(credentialPaths({ environment: {}, homeDirectory: home, userId: 7 })).toEqual([
      join(home, '.docker/config.json'),
      '/run/containers/7/auth.json',
      join(home, '.config/containers/auth.json'),
    ]);
    expect(await find(open(), 'a.example/app')).toBe('home:4');
  });

  it('says where the credentials were found', async () => {
    const path = await write('.docker/config.json', { auths: { 'a.example': auth('ann:a') } });
    const found = await open().find(parseReference('a.example/app'));
    expect(found?.source).toBe(path);
  });

  it.each([
    ['not JSON', '{"auths": {"a.example": {"auth": "c2VjcmV0LXZhbHVl"', 'is not valid JSON'],
    ['a list', '["c2VjcmV0LXZhbHVl"]', 'is not a JSON object'],
    [
      'a wrong value',
      '{"auths": {"a.example": {"auth": ["c2VjcmV0LXZhbHVl"]}}}',
      'at auths.a.example.auth',
    ],
    [
      'no user',
      '{"auths": {"a.example": {"auth": "c2VjcmV0LXZhbHVl"}}}',
      'a broken "auth" for a.example',
    ],
  ])('names a file that holds %s without quoting it', async (_, content, why) => {
    const path = await write('.docker/config.json', content);
    const error = await failure(open(), 'a.example/app');
    expect(error.code).toBe('broken-credentials-file');
    expect(error.message).toContain(path);
    expect(error.message).toContain(why);
    expect(`${formatError(error)}${error.cause}`).not.toMatch(/c2VjcmV0|secret-value/);
  });

  it('names a file that cannot be read', async () => {
    await mkdir(join(home, '.docker/config.json'), { recursive: true });
    const error = await failure(open(), 'a.example/app');
    expect(error.message).toContain('cannot be read (EISDIR)');
  });

  it('reads the files once', async () => {
    await write('.docker/config.json', { auths: { 'a.example': auth('ann:a') } });
    const credentials = open();
    expect(await find(credentials, 'a.example/app')).toBe('ann:a');
    await rm(join(home, '.docker'), { recursive: true });
    expect(await find(credentials, 'a.example/other')).toBe('ann:a');
  });
});

describe('credential helpers', () => {
  it('asks the helper of the registry, else the store, once for each registry', async () => {
    await writeHelper('own', `printf '{"ServerURL":"x","Username":"own","Secret":"1"}'`);
    await writeHelper('store', `printf '{"Username":"store","Secret":"2"}'`);
    await write('.docker/config.json', {
      credHelpers: { 'a.example': 'own' },
      credsStore: 'store',
      auths: { 'b.example': {} },
    });
    const credentials = open();
    expect(await find(credentials, 'a.example/app')).toBe('own:1');
    expect(await find(credentials, 'a.example/other')).toBe('own:1');
    expect(await find(credentials, 'b.example/app')).toBe('store:2');
    expect(await find(credentials, 'alpine')).toBe('store:2');
    expect(await readFile(join(home, 'calls'), 'utf8')).toBe(
      'get a.example\nget b.example\nget https://index.docker.io/v1/\n',
    );
  });

  it('takes the user <token> as a sign of an identity token', async () => {
    await writeHelper('own', `printf '{"Username":"<token>","Secret":"refresh"}'`);
    await write('.docker/config.json', { credHelpers: { 'a.example': 'own' } });
    expect(await find(open(), 'a.example/app')).toBe('token refresh');
  });

  it('goes on to the file where the helper has nothing', async () => {
    await writeHelper('own', `echo 'credentials not found in native keychain'; exit 1`);
    await write('.docker/config.json', {
      credsStore: 'own',
      auths: { 'a.example': auth('ann:a') },
    });
    const credentials = open();
    expect(await find(credentials, 'a.example/app')).toBe('ann:a');
    expect(await find(credentials, 'b.example/app')).toBeUndefined();
  });

  it.each([
    ['fails', `echo hunter2; echo hunter2 >&2; exit 3`, 'failed for a.example (3)'],
    ['answers nonsense', `echo hunter2`, 'gave no valid answer for a.example'],
    ['answers without a secret', `printf '{"Username":"hunter2"}'`, 'gave no valid answer'],
    ['never stops talking', `yes hunter2`, 'gave no valid answer'],
  ])('tells nothing of what it prints when it %s', async (_, script, why) => {
    await writeHelper('own', script);
    await write('.docker/config.json', { credHelpers: { 'a.example': 'own' } });
    const error = await failure(open(), 'a.example/app');
    expect(error.code).toBe('broken-credential-helper');
    expect(error.message).toContain('docker-credential-own');
    expect(error.message).toContain(why);
    expect(`${formatError(error)}${error.cause}`).not.toContain('hunter2');
  });

  it('stops a helper that does not answer', async () => {
    await writeHelper('own', 'exec sleep 60');
    await write('.docker/config.json', { credHelpers: { 'a.example': 'own' } });
    const error = await failure(open({}, 200), 'a.example/app');
    expect(error.code).toBe('credential-helper-timeout');
  });

  it('says that a helper is missing', async () => {
    await write('.docker/config.json', { credsStore: 'nowhere' });
    const error = await failure(open(), 'a.example/app');
    expect(error.message).toBe(
      'The credential helper docker-credential-nowhere is not on the PATH.',
    );
  });

  it('runs nothing whose name leads elsewhere', async () => {
    await write('.docker/config.json', { credsStore: 'x/../../bin/evil' });
    const error = await failure(open(), 'a.example/app');
    expect(error.message).toContain('does not have a proper name');
  });
});
