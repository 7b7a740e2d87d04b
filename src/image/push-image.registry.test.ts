import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultProxy } from '../../test/bed/faults.ts';
import { failureOf, having, openImageBench, referenceAt } from '../../test/bed/image-bench.ts';
import { type Registry, startRegistry } from '../../test/bed/registry.ts';
import type { Credentials } from './credentials.ts';
import { DEFAULT_IMAGE_LIMITS } from './limits.ts';
import { packConfigImage } from './pack-image.ts';
import { parsePlatforms } from './platform.ts';
import { type PushedImage, pushImage } from './push-image.ts';
import type { Reference, TagReference } from './reference.ts';
import type { RegistryUploader } from './registry-upload.ts';
import type { StoredImage } from './stored-image.ts';

const bench = openImageBench();
let open: Registry;
let basic: Registry;
let token: Registry;

beforeAll(async () => {
  [open, basic, token] = await Promise.all([
    startRegistry(),
    startRegistry({ auth: 'basic' }),
    startRegistry({ auth: 'token' }),
  ]);
});

afterAll(async () => {
  await Promise.all([open, basic, token].map((registry) => registry.stop()));
});

afterEach(() => bench.end());

const mine = ({ username = '', password = '' }: Registry): Credentials =>
  having({ kind: 'basic', username, password, source: '/home/me/config.json' });

const pack = (text: string): Promise<StoredImage> =>
  packConfigImage({
    files: new Map([['a.star', `x = ${JSON.stringify(text)}\n`]]),
    entrypoint: 'a.star',
    binary: { repository: 'registry.example/a', digest: `sha256:${'b'.repeat(64)}` },
    platforms: parsePlatforms(['linux/amd64,linux/arm64']),
  });

const push = (
  uploader: RegistryUploader,
  image: StoredImage,
  ...targets: Reference[]
): Promise<PushedImage[]> =>
  pushImage(uploader, image, targets as TagReference[], {
    name: 'the image',
    limits: DEFAULT_IMAGE_LIMITS,
  });

/** What was sent through a proxy, as `METHOD what`, in order. */
const sent = (proxy: FaultProxy): string[] =>
  proxy.seen
    .filter(({ method }) => method === 'POST' || method === 'PUT')
    .map(({ method, path }) => `${method} ${/manifests|blobs/.exec(path)?.[0]}`);

describe('a push', () => {
  it.each(['open', 'basic', 'token'] as const)(
    'leaves the image in a registry: %s',
    async (kind) => {
      const registry = { open, basic, token }[kind];
      const credentials = mine(registry);
      const image = await pack(kind);
      const target = referenceAt(registry, 'team/a_config:v1');
      const [pushed] = await push(bench.uploader({ credentials }), image, target);
      expect(pushed).toMatchObject({
        reference: { digest: image.root.digest, repository: 'team/a_config' },
        tags: ['v1'],
        blobs: { there: 0, mounted: 0, sent: 3 },
      });
      const source = bench.source(await bench.temporaryDirectory(), { credentials });
      const resolved = await source.resolve(target);
      expect(resolved.digest).toBe(image.root.digest);
      expect((await source.load(resolved)).files.get('a.star')).toBe(`x = "${kind}"\n`);
    },
  );

  it('sends nothing again but the tags', async () => {
    const proxy = await bench.proxyFor(open);
    const image = await pack('again');
    const targets = ['v1', 'v2'].map((tag) => referenceAt(proxy, `again/a:${tag}`));
    await push(bench.uploader(), image, ...targets);
    const before = sent(proxy).length;
    const [pushed] = await push(bench.uploader(), image, ...targets);
    expect(pushed).toMatchObject({ tags: ['v1', 'v2'], blobs: { there: 3, sent: 0 } });
    expect(sent(proxy).slice(before)).toEqual(['PUT manifests', 'PUT manifests']);
  });

  it('sends only what another image of the repository does not have', async () => {
    const uploader = bench.uploader();
    await push(uploader, await pack('one'), referenceAt(open, 'shared/a:one'));
    const more = await packConfigImage({
      files: new Map([['a.star', 'x = "one"\n']]),
      entrypoint: 'a.star',
      binary: { repository: 'registry.example/a', digest: `sha256:${'b'.repeat(64)}` },
      platforms: parsePlatforms(['linux/amd64,linux/arm64,linux/s390x']),
    });
    const [pushed] = await push(uploader, more, referenceAt(open, 'shared/a:two'));
    expect(pushed?.blobs).toEqual({ there: 3, mounted: 0, sent: 1 });
  });

  it.each(['open', 'token'] as const)(
    'to a second repository takes blobs from the first: %s',
    async (kind) => {
      const registry = { open, token }[kind];
      const image = await pack(`mounted ${kind}`);
      const targets = ['first', 'second'].map((name) => referenceAt(registry, `${name}/a:v1`));
      const uploader = bench.uploader({ credentials: mine(registry) });
      const [first, second] = await push(uploader, image, ...targets);
      expect(first?.blobs.sent).toBe(3);
      expect(second?.blobs).toEqual({ there: 0, mounted: 3, sent: 0 });
    },
  );

  it('sends what a registry does not want to mount', async () => {
    const proxy = await bench.proxyFor(open, { path: /mount=/, fault: { status: 403 } });
    const image = await pack('unmounted');
    const targets = ['one', 'two'].map((name) => referenceAt(proxy, `no-mount/${name}:v1`));
    const [, second] = await push(bench.uploader(), image, ...targets);
    expect(second?.blobs).toEqual({ there: 0, mounted: 0, sent: 3 });
  });

  it('is tried again after passing failures, and after a registry that forgot an upload', async () => {
    const proxy = await bench.proxyFor(
      open,
      { path: /uploads\/$/, times: 1, fault: { status: 503 } },
      { path: /digest=/, times: 1, fault: { status: 404 } },
      { path: /manifests/, times: 1, fault: { status: 502 } },
    );
    const image = await pack('tried again');
    await push(bench.uploader(), image, referenceAt(proxy, 'retried/a:v1'));
    expect(await bench.client().digest(referenceAt(open, 'retried/a:v1'))).toBe(image.root.digest);
  });
});

describe('a push that cannot be done', () => {
  const failing = async (registry: { readonly url: string }, credentials?: Credentials) =>
    failureOf(
      push(
        bench.uploader(credentials && { credentials }),
        await pack('failing'),
        referenceAt(registry, 'failing/a:v1'),
      ),
    );

  it.each(['basic', 'token'] as const)('says that credentials are missing: %s', async (kind) => {
    const error = await failing({ basic, token }[kind]);
    expect(error.code).toBe('registry-unauthorized');
    expect(error.message).toContain('failing/a');
  });

  it('says that an account may only pull', async () => {
    const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'read only' }] });
    const fault = { status: 403, body };
    const error = await failing(await bench.proxyFor(open, { path: /uploads/, fault }));
    expect(error).toMatchObject({
      code: 'registry-denied',
      message: expect.stringMatching(
        /denies pushing to .*failing\/a: .*\(status 403; DENIED: read/,
      ),
      hint: 'Give that account the right to push to the repository.',
    });
  });

  it('says that a repository is missing, or that a tag may not move', async () => {
    const body = JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN' }] });
    const missing = { path: /uploads/, fault: { status: 404, body } };
    const unknown = await failing(await bench.proxyFor(open, missing));
    expect(unknown.code).toBe('registry-refused');
    expect(unknown.message).toContain('does not take blob sha256:');
    expect(unknown.message).toContain('NAME_UNKNOWN');
    const immutable = { path: /manifests\/v1/, fault: { status: 409 } };
    const fixed = await failing(await bench.proxyFor(open, immutable));
    expect(fixed.message).toContain('does not take manifest v1 for');
  });

  it('notices that something else arrived', async () => {
    const headers = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
    const fault = { status: 201, headers };
    const error = await failing(await bench.proxyFor(open, { path: /manifests\/v1/, fault }));
    expect(error.code).toBe('digest-mismatch');
  });

  it('gives its credentials to no other host, and sends nothing in the clear that was not', async () => {
    const image = await pack('elsewhere');
    const storage = await bench.proxyFor(open, { path: /bucket/, fault: { status: 201 } });
    const headers = { location: `${storage.url}/bucket?key=1` };
    const proxy = await bench.proxyFor(basic, {
      path: /uploads/,
      fault: { status: 202, headers },
    });
    const uploader = bench.uploader({ credentials: mine(basic) });
    // The blobs lie elsewhere then, so that the manifest is what fails.
    await failureOf(push(uploader, image, referenceAt(proxy, 'elsewhere/a:v1')));
    expect(storage.seen.map(({ authorization }) => authorization)).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(storage.seen[0]?.path).toMatch(/^\/bucket\?key=1&digest=sha256%3A/);
  });
});
