import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, having, openImageBench, referenceAt } from '../../test/bed/image-bench.ts';
import { type Descriptor, pushImage } from '../../test/bed/oci.ts';
import { type Registry, startRegistry } from '../../test/bed/registry.ts';
import { UserError } from '../model/errors.ts';
import type { Credentials } from './credentials.ts';
import { parseReference } from './reference.ts';
import type { RegistryClient } from './registry.ts';
import { fetchToken } from './token.ts';

const bench = openImageBench();
const IMAGE = { repository: 'team/app', tag: 'v1', layers: [{ 'a.star': 'x' }] };
let open: Registry;
let basic: Registry;
let token: Registry;
let image: Descriptor;

beforeAll(async () => {
  [open, basic, token] = await Promise.all([
    startRegistry(),
    startRegistry({ auth: 'basic' }),
    startRegistry({ auth: 'token' }),
  ]);
  await Promise.all([pushImage(basic, IMAGE), pushImage(token, IMAGE)]);
  image = await pushImage(open, IMAGE);
});

afterAll(async () => {
  await Promise.all([open, basic, token].map((registry) => registry.stop()));
});

afterEach(() => bench.end());

const mine = ({ username = '', password = '' }: Registry): Credentials =>
  having({ kind: 'basic', username, password, source: '/home/me/config.json' });
const wrong = having({
  kind: 'basic',
  username: 'sisyphus',
  password: 'hunter2',
  source: 'the keyring',
});

async function challengeOf(registry: Registry): Promise<string> {
  const answer = await fetch(new URL('/v2/', registry.url));
  return answer.headers.get('www-authenticate') ?? '';
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('authentication', () => {
  it('is none where the registry asks for none', async () => {
    expect(
      await bench.client({ credentials: wrong }).digest(referenceAt(open, 'team/app:v1')),
    ).toBe(image.digest);
  });

  it('costs no request where the registry asks for none', async () => {
    const proxy = await bench.proxyFor(open);
    await bench.client({ credentials: wrong }).digest(referenceAt(proxy, 'team/app:v1'));
    expect(proxy.seen).toMatchObject([{ method: 'HEAD', authorization: undefined }]);
  });

  it.each([403, 404])(
    'is asked for where a registry hides with a %i what it has',
    async (status) => {
      const proxy = await bench.proxyFor(basic, {
        path: /manifests/,
        times: 1,
        fault: { status },
      });
      const registry = bench.client({ credentials: mine(basic) });
      expect(await registry.digest(referenceAt(proxy, 'team/app:v1'))).toBe(image.digest);
      expect(proxy.seen.map(({ path }) => path)).toEqual([
        '/v2/team/app/manifests/v1',
        '/v2/',
        '/v2/team/app/manifests/v1',
      ]);
    },
  );

  it('is by password where the registry wants one', async () => {
    const proxy = await bench.proxyFor(basic);
    const registry = bench.client({ credentials: mine(basic) });
    expect(await registry.digest(referenceAt(proxy, 'team/app:v1'))).toBe(image.digest);
    await registry.manifest(referenceAt(proxy, 'team/app:v1'));
    expect(proxy.seen.map(({ authorization }) => authorization?.split(' ')[0])).toEqual([
      undefined,
      'Basic',
      'Basic',
    ]);
  });

  it('is by token where the registry names a token service, one for each repository', async () => {
    const proxy = await bench.proxyFor(token);
    const registry = bench.client({ credentials: mine(token) });
    await Promise.all([
      registry.digest(referenceAt(proxy, 'team/app:v1')),
      registry.manifest(referenceAt(proxy, 'team/app:v1')),
    ]);
    await registry.blob(
      referenceAt(proxy, 'team/app:v1'),
      JSON.parse(String(await registry.manifest(referenceAt(proxy, 'team/app:v1')))).config,
    );
    const used = proxy.seen.flatMap(({ authorization }) => authorization ?? []);
    expect(new Set(used).size).toBe(1);
    expect(used[0]).toMatch(/^Bearer /);
  });

  it('gets a token without credentials where anyone may pull', async () => {
    const everyone = await startRegistry({ auth: 'token', anonymousPull: true });
    try {
      await pushImage(everyone, IMAGE);
      expect(await bench.client().digest(referenceAt(everyone, 'team/app:v1'))).toBe(image.digest);
    } finally {
      await everyone.stop();
    }
  });

  it('gets a new token when one is not taken any more', async () => {
    const challenge = await challengeOf(token);
    const headers = { 'www-authenticate': challenge };
    const proxy = await bench.proxyFor(token);
    const registry = bench.client({ credentials: mine(token) });
    await registry.digest(referenceAt(proxy, 'team/app:v1'));
    proxy.add({ path: /manifests/, times: 1, fault: { status: 401, headers } });
    expect(await registry.digest(referenceAt(proxy, 'team/app:v1'))).toBe(image.digest);
    const [refused, renewed] = proxy.seen.slice(-2);
    expect(renewed?.authorization).toMatch(/^Bearer /);
    expect(renewed?.authorization).not.toBe(refused?.authorization);
  });

  it('exchanges an identity token', async () => {
    const forms: string[] = [];
    const server = createServer(async (request, response) => {
      forms.push(`${request.method} ${await text(request)}`);
      const url = new URL(/realm="([^"]+)"/.exec(await challengeOf(token))?.[1] ?? '');
      url.searchParams.set('service', 'sisyphus-bed-registry');
      url.searchParams.set('scope', 'repository:team/app:pull');
      const pair = Buffer.from(`${token.username}:${token.password}`).toString('base64');
      const answer = await fetch(url, { headers: { authorization: `Basic ${pair}` } });
      const { token: access_token } = (await answer.json()) as { token: string };
      response.end(JSON.stringify({ access_token, expires_in: 60 }));
    });
    const realm = await listen(server);
    const headers = { 'www-authenticate': `Bearer realm="${realm}/token",service="the registry"` };
    const proxy = await bench.proxyFor(token, {
      path: /manifests/,
      times: 1,
      fault: { status: 401, headers },
    });
    const credentials = having({ kind: 'identity-token', token: 're&fresh', source: 'a file' });
    expect(await bench.client({ credentials }).digest(referenceAt(proxy, 'team/app:v1'))).toBe(
      image.digest,
    );
    expect(forms).toEqual([
      'POST scope=repository%3Ateam%2Fapp%3Apull&service=the+registry&grant_type=refresh_token&client_id=sisyphus&refresh_token=re%26fresh',
    ]);
    server.close();
  });

  it.each(['basic', 'token'] as const)(
    'says for %s that no credentials were found',
    async (kind) => {
      const registry = kind === 'basic' ? basic : token;
      const error = await failureOf(bench.client().digest(referenceAt(registry, 'team/app:v1')));
      expect(error).toBeInstanceOf(UserError);
      expect(error.code).toBe('registry-unauthorized');
      expect(error.message).toMatch(/no credentials were found|a token without credentials/);
      expect(error.message).toContain(registry.host);
    },
  );

  it.each(['basic', 'token'] as const)('says for %s which credentials are wrong', async (kind) => {
    const registry = kind === 'basic' ? basic : token;
    const error = await failureOf(
      bench.client({ credentials: wrong }).digest(referenceAt(registry, 'team/app:v1')),
    );
    expect(error.code).toBe('registry-unauthorized');
    expect(error.message).toContain('the keyring');
  });

  it('tells being denied from being unknown, and hides a password that is echoed', async () => {
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'hunter2 may\nnot pull' }] });
    const proxy = await bench.proxyFor(basic, { path: /manifests/, fault: { status: 403, body } });
    const error = await failureOf(
      bench.client({ credentials: wrong }).digest(referenceAt(proxy, 'team/app:v1')),
    );
    expect(error.code).toBe('registry-denied');
    expect(error.message).toContain(
      'those from the keyring were used (status 403; DENIED: *** may not pull)',
    );
  });

  it('sends nothing to a token service in the clear when the registry is not', async () => {
    const secure = parseReference('https://registry.example/team/app');
    const challenge = { scheme: 'bearer', parameters: { realm: 'http://auth.example/token' } };
    const never = { send: () => Promise.reject(new Error('sent')), close: async () => {} };
    const error = await failureOf(
      fetchToken(never, { repository: secure, scopes: [] }, challenge, undefined),
    );
    expect(error.code).toBe('insecure-token-service');
  });

  it('says that a token service is none', async () => {
    const headers = { 'www-authenticate': `Bearer realm="${open.url}/v2/"` };
    const proxy = await bench.proxyFor(token, {
      path: /manifests/,
      times: 1,
      fault: { status: 401, headers },
    });
    expect((await failureOf(bench.client().digest(referenceAt(proxy, 'team/app:v1')))).code).toBe(
      'token-service-failed',
    );
  });
});

describe('redirects', () => {
  const config = async (registry: RegistryClient) =>
    JSON.parse(String(await registry.manifest(referenceAt(basic, 'team/app:v1'))))
      .config as Descriptor;

  it('are followed to another host without credentials', async () => {
    const registry = bench.client({ credentials: mine(basic) });
    const descriptor = await config(registry);
    const storage = await bench.proxyFor(open);
    const location = `${storage.url}/v2/team/app/blobs/${descriptor.digest}?signature=1`;
    const proxy = await bench.proxyFor(basic, {
      path: /blobs/,
      fault: { status: 307, headers: { location } },
    });
    await registry.manifest(referenceAt(proxy, 'team/app:v1'));
    expect(await registry.blob(referenceAt(proxy, 'team/app:v1'), descriptor)).toHaveLength(
      descriptor.size,
    );
    expect(proxy.seen.at(-1)?.authorization).toMatch(/^Basic /);
    expect(storage.seen).toMatchObject([{ authorization: undefined }]);
  });

  it('keep the credentials on the same host', async () => {
    const registry = bench.client({ credentials: mine(basic) });
    const descriptor = await config(registry);
    const location = `/v2/team/app/blobs/${descriptor.digest}?again`;
    const proxy = await bench.proxyFor(basic, {
      path: /blobs/,
      times: 1,
      fault: { status: 302, headers: { location } },
    });
    expect(await registry.blob(referenceAt(proxy, 'team/app:v1'), descriptor)).toHaveLength(
      descriptor.size,
    );
  });

  it('let no other host ask for the credentials', async () => {
    const registry = bench.client({ credentials: mine(basic) });
    const descriptor = await config(registry);
    const thief = await bench.proxyFor(open);
    const headers = { 'www-authenticate': `Bearer realm="${thief.url}/token"` };
    thief.add({ path: /blobs/, fault: { status: 401, headers } });
    const location = `${thief.url}/blobs/x`;
    const proxy = await bench.proxyFor(basic, {
      path: /blobs/,
      fault: { status: 307, headers: { location } },
    });
    const error = await failureOf(registry.blob(referenceAt(proxy, 'team/app:v1'), descriptor));
    expect(error.code).toBe('registry-unauthorized');
    const asked = thief.seen.map(({ path, authorization }) => ({ path, authorization }));
    expect(asked).toEqual([{ path: '/blobs/x', authorization: undefined }]);
  });

  it('let no other host ask for the credentials at the first request', async () => {
    const thief = await bench.proxyFor(open);
    const challenge = { 'www-authenticate': `Bearer realm="${thief.url}/token"` };
    thief.add({ path: /./, fault: { status: 401, headers: challenge } });
    const headers = { location: `${thief.url}/v2/` };
    const proxy = await bench.proxyFor(open, {
      path: /manifests/,
      times: 1,
      fault: { status: 307, headers },
    });
    const registry = bench.client({ credentials: wrong });
    expect(await registry.digest(referenceAt(proxy, 'team/app:v1'))).toBe(image.digest);
    expect(thief.seen.map(({ path }) => path)).toEqual(['/v2/']);
  });

  it('are not followed with an identity token', async () => {
    const thief = await bench.proxyFor(open);
    const service = await bench.proxyFor(open, {
      path: /token/,
      fault: { status: 307, headers: { location: `${thief.url}/token` } },
    });
    const headers = { 'www-authenticate': `Bearer realm="${service.url}/token"` };
    const proxy = await bench.proxyFor(token, {
      path: /manifests/,
      times: 1,
      fault: { status: 401, headers },
    });
    const credentials = having({ kind: 'identity-token', token: 'hunter2', source: 'a file' });
    const work = bench.client({ credentials }).digest(referenceAt(proxy, 'team/app:v1'));
    expect((await failureOf(work, 'hunter2')).code).toBe('token-service-failed');
    expect(service.seen).toHaveLength(1);
    expect(thief.seen).toEqual([]);
  });

  it.each([
    ['/v2/team/app/manifests/v1', 'redirects too often'],
    ['file:///etc/passwd', 'redirects to file://'],
    ['http://[', 'redirects to no address'],
  ])('to %s are refused', async (location, why) => {
    const proxy = await bench.proxyFor(open, {
      path: /manifests/,
      fault: { status: 302, headers: { location } },
    });
    const error = await failureOf(bench.client().digest(referenceAt(proxy, 'team/app:v1')));
    expect(error.code).toBe('unsafe-redirect');
    expect(error.message).toContain(why);
  });
});
