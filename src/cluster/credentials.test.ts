import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExecPlugin, User } from './access.ts';
import { CredentialSource } from './credentials.ts';
import { CredentialsError } from './material.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-credentials-'));
});
afterEach(() => rm(folder, { recursive: true }));

const server = new URL('https://east.example:6443');
const LIMITS = { credentialsMaxAgeMs: 60_000, credentialsTimeoutMs: 10_000 };

function source(user: Partial<User>, limits: Partial<typeof LIMITS> = {}): CredentialSource {
  const cluster = {
    server,
    insecure: false,
    ca: { data: Buffer.from('CA') },
    execConfig: { audience: 'x' },
  };
  const access = { context: 'east', cluster, user: { headers: {}, ...user } };
  return new CredentialSource(access, { ...LIMITS, ...limits });
}

/** A plugin that is a shell script. Its runs are counted in a file. */
async function plugin(script: string, rest: Partial<ExecPlugin> = {}): Promise<Partial<User>> {
  const command = join(folder, 'plugin');
  await writeFile(command, `#!/bin/sh\necho run >> ${folder}/runs\n${script}\n`);
  await chmod(command, 0o755);
  const apiVersion = 'client.authentication.k8s.io/v1';
  return { exec: { apiVersion, command, args: [], env: [], wantsCluster: false, ...rest } };
}

const runs = async () => (await readFile(join(folder, 'runs'), 'utf8')).split('\n').length - 1;

const credential = (status: object) =>
  `echo '${JSON.stringify({ kind: 'ExecCredential', status })}'`;

describe('credentials', () => {
  it('are a bearer token, or a user with a password', async () => {
    expect((await source({ token: 'abc' }).get()).headers).toEqual({ authorization: 'Bearer abc' });
    const { headers } = await source({ basic: 'jane:s3cret' }).get();
    expect(headers.authorization).toBe(`Basic ${Buffer.from('jane:s3cret').toString('base64')}`);
  });

  it("are certificates and the cluster's name", async () => {
    await writeFile(join(folder, 'key.pem'), 'KEY');
    const user = {
      certificate: { data: Buffer.from('CERT') },
      key: { file: join(folder, 'key.pem') },
    };
    const { tls, headers } = await source(user).get();
    expect(headers).toEqual({});
    expect(tls).toEqual({
      ca: Buffer.from('CA'),
      cert: Buffer.from('CERT'),
      key: Buffer.from('KEY'),
      servername: undefined,
      rejectUnauthorized: true,
    });
  });

  it('carry the headers of impersonation', async () => {
    const headers = { 'Impersonate-User': 'jane', 'Impersonate-Group': ['a', 'b'] };
    expect((await source({ token: 't', headers }).get()).headers).toEqual({
      ...headers,
      authorization: 'Bearer t',
    });
  });

  it('prefer a token file, without its line end, and tell which file is missing', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'fresh\n');
    const { headers } = await source({ token: 'old', tokenFile }).get();
    expect(headers.authorization).toBe('Bearer fresh');
    const missing = source({ tokenFile: join(folder, 'nothing') }).get();
    await expect(missing).rejects.toThrow(`the file ${folder}/nothing cannot be read (ENOENT)`);
  });

  it('are read again after a while and when they were refused', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'one');
    const kept = source({ tokenFile });
    const impatient = source({ tokenFile }, { credentialsMaxAgeMs: -1 });
    const first = await kept.get();
    await writeFile(tokenFile, 'two');
    expect(await kept.get()).toBe(first);
    expect((await impatient.get()).headers.authorization).toBe('Bearer two');
    expect((await kept.renew(first))?.headers.authorization).toBe('Bearer two');
  });
});

describe('an exec plugin', () => {
  it('runs once for everybody who asks, and once more when its token was refused', async () => {
    const count = `'$(grep -c . ${folder}/runs)'`;
    const asked = source(await plugin(credential({ token: count })));
    const [first, same] = await Promise.all([asked.get(), asked.get()]);
    expect(first).toBe(same);
    expect(first.headers.authorization).toBe('Bearer 1');
    const renewed = await Promise.all([asked.renew(first), asked.renew(first), asked.renew(first)]);
    expect(new Set(renewed.map((one) => one?.headers.authorization))).toEqual(
      new Set(['Bearer 2']),
    );
    expect(await runs()).toBe(2);
  });

  it('does not run again and again when what it gives is refused', async () => {
    const asked = source(await plugin(credential({ token: 'bad' })));
    const second = await asked.renew(await asked.get());
    expect(second).toBeDefined();
    expect(await asked.renew(second ?? (await asked.get()))).toBeUndefined();
    expect(await runs()).toBe(2);
  });

  it('may give a certificate', async () => {
    const status = { clientCertificateData: 'CERT', clientKeyData: 'KEY' };
    const { tls, headers } = await source(await plugin(credential(status))).get();
    expect(tls).toMatchObject({ cert: 'CERT', key: 'KEY' });
    expect(headers).toEqual({});
  });

  it('is told the version to speak, its own variables, and the cluster where it wants to know', async () => {
    const script = `echo "$KUBERNETES_EXEC_INFO" > ${folder}/info; echo "$REGION" > ${folder}/region; ${credential({ token: 't' })}`;
    const env = [{ name: 'REGION', value: 'north' }];
    await source(await plugin(script, { wantsCluster: true, env })).get();
    expect(await readFile(join(folder, 'region'), 'utf8')).toBe('north\n');
    expect(JSON.parse(await readFile(join(folder, 'info'), 'utf8'))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://east.example:6443',
          'certificate-authority-data': 'Q0E=',
          config: { audience: 'x' },
        },
      },
    });
  });

  const failure = async (user: Partial<User>, limits = {}) => {
    const error = await source(user, limits)
      .get()
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CredentialsError);
    return (error as Error).message.replaceAll(folder, '');
  };

  it('says why it fails, in one line', async () => {
    const user = await plugin('printf "not logged in\\n\\033[31mrun login" >&2; exit 1');
    expect(await failure(user)).toBe(
      'the credential plugin /plugin failed: not logged in [31mrun login',
    );
  });

  it.each([
    'echo canary',
    'echo "{\\"token\\": \\"canary\\"}"',
    'echo "{\\"status\\": {\\"other\\": \\"canary\\"}}"',
    'true',
  ])('is told off for `%s`, which is not quoted', async (script) => {
    expect(await failure(await plugin(script))).toBe(
      'the credential plugin /plugin printed no ExecCredential',
    );
  });

  it('that is not installed tells how to install it', async () => {
    const user = await plugin('true', {
      command: '/nowhere/plugin',
      installHint: 'see\nexample.com',
    });
    expect(await failure(user)).toBe(
      'the credential plugin /nowhere/plugin is not installed; see example.com',
    );
  });

  it('is stopped when it takes too long, and cannot wait for input', async () => {
    expect(await failure(await plugin('exec sleep 60'), { credentialsTimeoutMs: 50 })).toBe(
      'the credential plugin /plugin failed or took too long',
    );
    const reader = await plugin(`cat; ${credential({ token: 't' })}`);
    expect((await source(reader).get()).headers.authorization).toBe('Bearer t');
  });

  it.each([
    ['', 'exec sleep 60'],
    [', though what it has started goes on', 'sleep 60; true'],
  ])('is stopped when nobody waits for it any more%s', async (_, work) => {
    const waiting = source(await plugin(`echo $$ > ${folder}/pid; ${work}`));
    const end = expect(waiting.get()).rejects.toThrow(CredentialsError);
    const pid = await vi.waitFor(async () => {
      const text = await readFile(join(folder, 'pid'), 'utf8');
      expect(text).toMatch(/^\d+\n$/);
      return Number(text);
    });
    waiting.close();
    await end;
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
  });
});

describe('an auth-provider', () => {
  it('of old is an error that says so', async () => {
    const user = { authProvider: { name: 'gcp', config: {} } };
    await expect(source(user).get()).rejects.toThrow(/auth-provider "gcp".*exec plugins/);
  });

  it('of OpenID Connect gives its token while that is valid', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp: 32_503_680_000 })}.x`;
    const user = { authProvider: { name: 'oidc', config: { 'id-token': token } } };
    expect((await source(user).get()).headers.authorization).toBe(`Bearer ${token}`);
  });
});
