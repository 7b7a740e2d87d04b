import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureOf, openImageBench, referenceAt } from '../../test/bed/image-bench.ts';
import { type Descriptor, pushImage } from '../../test/bed/oci.ts';
import { type Registry, startRegistry } from '../../test/bed/registry.ts';
import { ServiceError } from '../model/errors.ts';
import { parseReference } from './reference.ts';

const bench = openImageBench();
const IMAGE = { repository: 'team/app', tag: 'v1', layers: [{ 'a.star': 'x' }] };
let open: Registry;
let image: Descriptor;

beforeAll(async () => {
  open = await startRegistry();
  image = await pushImage(open, IMAGE);
  await pushImage(open, { ...IMAGE, tag: 'v2' });
});

afterAll(() => open.stop());

afterEach(async () => {
  vi.unstubAllEnvs();
  await bench.end();
});

describe('passing failures', () => {
  it('are tried again until they pass', async () => {
    const proxy = await bench.proxyFor(
      open,
      { path: /manifests/, times: 1, fault: { status: 503 } },
      { path: /manifests/, times: 1, fault: { status: 429, headers: { 'retry-after': '0' } } },
    );
    expect(await bench.client().digest(referenceAt(proxy, 'team/app:v1'))).toBe(image.digest);
    expect(proxy.seen).toHaveLength(3);
  });

  it('are tried again after a body that broke off', async () => {
    const proxy = await bench.proxyFor(open, {
      path: /manifests/,
      times: 1,
      fault: { cutAfterBytes: 10 },
    });
    expect(await bench.client().manifest(referenceAt(proxy, 'team/app:v1'))).toHaveLength(
      image.size,
    );
  });

  it('wait as long as Retry-After says', async () => {
    const headers = { 'retry-after': '1' };
    const proxy = await bench.proxyFor(open, {
      path: /manifests/,
      times: 1,
      fault: { status: 429, headers },
    });
    const startMs = performance.now();
    expect(await bench.client().digest(referenceAt(proxy, 'team/app:v1'))).toBe(image.digest);
    expect(performance.now() - startMs).toBeGreaterThan(990);
  });

  it('are not waited for when Retry-After says too long', async () => {
    const headers = { 'retry-after': '3600' };
    const body = JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] });
    const proxy = await bench.proxyFor(open, {
      path: /manifests/,
      fault: { status: 429, headers, body },
    });
    const error = await failureOf(bench.client().manifest(referenceAt(proxy, 'team/app:v1')));
    expect(error.code).toBe('registry-rate-limited');
    expect(error.message).toContain('(status 429; TOOMANYREQUESTS: slow down, Retry-After: 3600)');
    expect(proxy.seen).toHaveLength(1);
  });

  it('become an error in the end, with the words of the registry', async () => {
    const body = JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: null }] });
    const proxy = await bench.proxyFor(open, { path: /manifests/, fault: { status: 503, body } });
    const error = await failureOf(bench.client().manifest(referenceAt(proxy, 'team/app:v1')));
    expect(error).toBeInstanceOf(ServiceError);
    expect(error.code).toBe('registry-failed');
    expect(error.message).toContain('(status 503; UNAVAILABLE, 3 times)');
  });

  it('end when the client is closed', async () => {
    const headers = { 'retry-after': '5' };
    const proxy = await bench.proxyFor(open, {
      path: /manifests/,
      fault: { status: 503, headers },
    });
    const registry = bench.client();
    const work = failureOf(registry.digest(referenceAt(proxy, 'team/app:v1')));
    await vi.waitUntil(() => proxy.seen.length === 1);
    await registry.close();
    expect((await work).message).toContain('the work was called off');
  });
});

describe('a registry that cannot be used', () => {
  it('is named when nothing listens there, asked once for all its images', async () => {
    const proxy = await bench.proxyFor(open);
    await proxy.stop();
    const registry = bench.client();
    const errors = await Promise.all(
      ['a', 'b', 'c'].map((tag) =>
        failureOf(registry.digest(referenceAt(proxy, `team/app:${tag}`))),
      ),
    );
    expect(errors[0]?.code).toBe('registry-unreachable');
    expect(errors[0]?.message).toBe(
      `The registry at ${proxy.host} cannot be reached: the connection was refused (ECONNREFUSED, 3 times).`,
    );
    expect(errors[1]).toBe(errors[0]);
  });

  it('costs only those images that it breaks off for', async () => {
    const proxy = await bench.proxyFor(open, { path: /manifests\/v1/, fault: { reset: 'before' } });
    const registry = bench.client();
    const [first, others] = await Promise.all([
      failureOf(registry.digest(referenceAt(proxy, 'team/app:v1'))),
      Promise.all([1, 2].map(() => registry.digest(referenceAt(proxy, 'team/app:v2')))),
    ]);
    expect(first.message).toMatch(/cannot be reached for manifest v1: .*, 3 times/);
    expect(others).toEqual([image.digest, image.digest]);
  });

  it('costs only those images that it sends to where nothing listens', async () => {
    const nowhere = await bench.proxyFor(open);
    await nowhere.stop();
    const headers = { location: `${nowhere.url}/v2/` };
    const fault = { status: 307, headers };
    const proxy = await bench.proxyFor(open, { path: /manifests\/v1/, fault });
    const registry = bench.client();
    const [first, other] = await Promise.all([
      failureOf(registry.digest(referenceAt(proxy, 'team/app:v1'))),
      registry.digest(referenceAt(proxy, 'team/app:v2')),
    ]);
    expect(first.message).toContain(`registry at ${nowhere.host} cannot be reached`);
    expect(other).toBe(image.digest);
  });

  it('is named when its name is not known', async () => {
    const error = await failureOf(
      bench.client().digest(parseReference('registry.invalid/team/app')),
    );
    expect(error.message).toMatch(/registry\.invalid cannot be reached: .*(ENOTFOUND|EAI_AGAIN)/);
  });

  it('is named when it does not answer', async () => {
    const proxy = await bench.proxyFor(open, { path: /manifests/, fault: { hang: true } });
    const options = { idleTimeoutMs: 100, retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 } };
    const error = await failureOf(bench.client(options).digest(referenceAt(proxy, 'team/app:v1')));
    expect(error.message).toContain('it did not answer in time (UND_ERR_HEADERS_TIMEOUT)');
  });

  it('is named when an answer takes too long as a whole', async () => {
    const proxy = await bench.proxyFor(open, { path: /manifests/, fault: { hang: true } });
    const options = {
      requestTimeoutMs: 100,
      retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
    };
    const error = await failureOf(bench.client(options).digest(referenceAt(proxy, 'team/app:v1')));
    expect(error.message).toContain('the answer took too long (TIMEOUT)');
  });

  it('is told how to be trusted when its certificate is not', async () => {
    const secure = await startRegistry({ tls: true });
    try {
      const error = await failureOf(bench.client().digest(referenceAt(secure, 'team/app:v1')));
      expect(error.message).toContain('its certificate is not trusted');
      expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
    } finally {
      await secure.stop();
    }
  });

  it('is read when its certificate is trusted', async () => {
    const secure = await startRegistry({ tls: true });
    try {
      const { digest } = await pushImage(secure, IMAGE);
      const authority = join(await bench.temporaryDirectory(), 'ca.pem');
      await writeFile(authority, secure.certificate ?? '');
      const program = `
        import { createRegistryClient } from './src/image/registry.ts';
        import { parseReference } from './src/image/reference.ts';
        const credentials = { paths: [], find: async () => undefined };
        const client = createRegistryClient({ credentials, manifestBytes: 10_000 });
        console.log(await client.digest(parseReference('${secure.url}/team/app:v1')));
        await client.close();`;
      const run = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', program], {
        env: { NODE_EXTRA_CA_CERTS: authority },
      });
      expect(run.stdout).toBe(digest);
    } finally {
      await secure.stop();
    }
  });

  it('is told to be written with http:// when it has no TLS', async () => {
    const error = await failureOf(
      bench.client().digest(parseReference(`https://${open.host}/team/app`)),
    );
    expect(error.message).toContain('it does not speak TLS there');
    expect(error.hint).toContain('http://');
  });

  it('says which tag, digest or repository is missing', async () => {
    const missing = async (rest: string): Promise<string> => {
      const error = await failureOf(bench.client().manifest(referenceAt(open, rest)));
      expect(error.code).toBe('image-not-found');
      return error.message;
    };
    expect(await missing('team/app:v9')).toContain(
      `The registry ${open.host} has no tag v9 in repository team/app (status 404; MANIFEST_UNKNOWN`,
    );
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await missing(`team/app@${digest}`)).toContain(
      `has no manifest ${digest} in repository`,
    );
    const body = JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN' }] });
    const proxy = await bench.proxyFor(open, { path: /manifests/, fault: { status: 404, body } });
    const error = await failureOf(bench.client().digest(referenceAt(proxy, 'team/none')));
    expect(error.message).toContain(`has no repository team/none (status 404; NAME_UNKNOWN)`);
  });
});

describe('a proxy of the environment', () => {
  it('is used for other hosts, never for loopback', async () => {
    const asked: string[] = [];
    const server = createServer().on('connect', (request, socket) => {
      asked.push(String(request.url));
      const target = connect(Number(new URL(open.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const registry = bench.client();
    expect(await registry.digest(parseReference('http://registry.test/team/app:v1'))).toBe(
      image.digest,
    );
    expect(await registry.digest(referenceAt(open, 'team/app:v1'))).toBe(image.digest);
    expect(new Set(asked)).toEqual(new Set(['registry.test:80']));
    server.close();
  });
});
