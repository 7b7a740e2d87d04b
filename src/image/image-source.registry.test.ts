import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FaultProxy } from '../../test/bed/faults.ts';
import { failureOf, openImageBench, referenceAt } from '../../test/bed/image-bench.ts';
import { pushImage, pushIndex } from '../../test/bed/oci.ts';
import { type Registry, startRegistry } from '../../test/bed/registry.ts';
import type { TarFiles } from '../../test/bed/tar.ts';
import type { ConfigImage } from './config-image.ts';
import type { ImageSource, ImageSourceOptions } from './image-source.ts';
import { formatReference, type Reference } from './reference.ts';

const bench = openImageBench();
let registry: Registry;
let proxy: FaultProxy;
let cacheDirectory: string;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => registry.stop());

beforeEach(async () => {
  cacheDirectory = await bench.temporaryDirectory();
  proxy = await bench.proxyFor(registry);
});

afterEach(() => bench.end());

const BINARY = `sha256:${'b'.repeat(64)}`;
const FILES: TarFiles = {
  'index.json': JSON.stringify({
    binary_digest: BINARY,
    binary_repository: 'registry.example/acme/echo',
    config_entrypoint: 'echo/main.star',
  }),
  'echo/main.star': 'def main(ctx):\n    return Application()\n',
};

const open = (options?: Partial<ImageSourceOptions>): ImageSource =>
  bench.source(cacheDirectory, options);
const reference = (rest: string): Reference => referenceAt(proxy, rest);

async function load(rest: string, source = open()): Promise<ConfigImage> {
  return source.load(await source.resolve(reference(rest)));
}

/** What reached the registry, as `METHOD what`, without the first request to its base. */
function asked(): string[] {
  return proxy.seen
    .filter(({ path }) => path !== '/v2/')
    .map(({ method, path }) => `${method} ${path.split('/').at(-2)}`);
}

describe('resolve', () => {
  it('gives the digest of what the tag points at', async () => {
    const single = await pushImage(registry, {
      repository: 'r/single',
      tag: 'v1',
      layers: [FILES],
    });
    const index = await pushIndex(registry, {
      repository: 'r/single',
      tag: 'multi',
      manifests: [single],
    });
    const source = open();
    const resolved = await source.resolve(reference('r/single:v1'));
    expect(resolved.digest).toBe(single.digest);
    expect(resolved.text).toBe(`${proxy.host}/r/single@${single.digest}`);
    expect(formatReference(resolved.reference)).toBe(`${proxy.host}/r/single:v1`);
    expect((await source.resolve(reference('r/single:multi'))).digest).toBe(index.digest);
    expect(await source.manifestDigests(await source.resolve(reference('r/single:multi')))).toEqual(
      [single.digest],
    );
    expect(await source.manifestDigests(resolved)).toEqual([]);
  });

  it('asks once for each tag, however many ask for it at once', async () => {
    await pushImage(registry, { repository: 'r/once', tag: 'a', layers: [FILES] });
    await pushImage(registry, { repository: 'r/once', tag: 'b', layers: [FILES] });
    const source = open();
    const tags = ['a', 'b', 'a', 'a', 'b'];
    const resolve = () =>
      Promise.all(tags.map((tag) => source.resolve(reference(`r/once:${tag}`))));
    await resolve();
    await resolve();
    expect(asked()).toEqual(['GET manifests', 'GET manifests']);
  });

  it('needs no request for a digest', async () => {
    const { digest } = await open().resolve(reference(`r/any@${BINARY}`));
    expect(digest).toBe(BINARY);
    expect(proxy.seen).toEqual([]);
  });

  it('computes the digest where the registry does not say it', async () => {
    const { digest } = await pushImage(registry, {
      repository: 'r/silent',
      tag: 'v1',
      layers: [FILES],
    });
    proxy.add({ path: /manifests/, fault: { withoutHeaders: ['docker-content-digest'] } });
    const first = open();
    expect((await first.resolve(reference('r/silent:v1'))).digest).toBe(digest);
    await first.close();
    expect((await open().resolve(reference('r/silent:v1'))).digest).toBe(digest);
    expect(asked()).toEqual(['GET manifests', 'HEAD manifests', 'GET manifests']);
  });

  it('sees a moved tag only in the next source', async () => {
    const first = await pushImage(registry, { repository: 'r/moved', tag: 'v1', layers: [FILES] });
    const source = open();
    expect((await source.resolve(reference('r/moved:v1'))).digest).toBe(first.digest);
    const second = await pushImage(registry, {
      repository: 'r/moved',
      tag: 'v1',
      layers: [FILES, { a: '' }],
    });
    expect((await source.resolve(reference('r/moved:v1'))).digest).toBe(first.digest);
    expect((await open().resolve(reference('r/moved:v1'))).digest).toBe(second.digest);
  });
});

describe('load', () => {
  it.each(['oci', 'docker'] as const)(
    'reads %s images, single and multi-platform',
    async (format) => {
      const manifest = await pushImage(registry, {
        repository: 'l/both',
        tag: format,
        layers: [FILES],
        format,
      });
      await pushIndex(registry, {
        repository: 'l/both',
        tag: `${format}-index`,
        manifests: [manifest],
        format,
      });
      for (const tag of [format, `${format}-index`]) {
        const image = await load(`l/both:${tag}`);
        expect(image).toMatchObject({ binaryDigest: BINARY, entrypoint: 'echo/main.star' });
        expect(image.files.get('echo/main.star')).toContain('def main(ctx)');
      }
    },
  );

  it('reads an image of several layers in one pull for all who ask', async () => {
    const layers = [{ 'old.star': '' }, FILES, { '.wh.old.star': '' }];
    const manifest = await pushImage(registry, { repository: 'l/shared', layers });
    await pushIndex(registry, { repository: 'l/shared', tag: 'v1', manifests: [manifest] });
    const source = open();
    const resolved = await source.resolve(reference('l/shared:v1'));
    const images = await Promise.all([1, 2, 3].map(() => source.load(resolved)));
    expect(new Set(images).size).toBe(1);
    expect([...(images[0]?.files.keys() ?? [])]).not.toContain('old.star');
    expect(asked().toSorted()).toEqual([
      ...Array(4).fill('GET blobs'),
      ...Array(2).fill('GET manifests'),
    ]);
  });

  it('asks the registry for nothing that it has read before', async () => {
    await pushImage(registry, { repository: 'l/cached', tag: 'v1', layers: [FILES] });
    const source = open();
    const first = await load('l/cached:v1', source);
    await source.close();
    proxy.add({ path: /blobs/, fault: { status: 500 } });
    proxy.add({ method: 'GET', path: /manifests/, fault: { status: 500 } });
    expect(await load('l/cached:v1')).toEqual(first);
  });

  it('fetches anew what was spoilt in the cache', async () => {
    await pushImage(registry, { repository: 'l/spoilt', tag: 'v1', layers: [FILES] });
    const first = await load('l/spoilt:v1');
    const file = join(cacheDirectory, 'small.log');
    await writeFile(file, (await readFile(file)).fill(0, 100, 200));
    expect(await load('l/spoilt:v1')).toEqual(first);
    proxy.add({ path: /blobs/, fault: { status: 500 } });
    expect(await load('l/spoilt:v1')).toEqual(first);
  });

  it('keeps no more requests under way than allowed', async () => {
    const layers = Array.from({ length: 12 }, (_, i) => ({ [`${i}`]: '' }));
    await pushImage(registry, { repository: 'l/many', tag: 'v1', layers: [FILES, ...layers] });
    proxy.add({ path: /blobs/, fault: { hang: true } });
    const source = open({ concurrency: 3 });
    const work = failureOf(load('l/many:v1', source));
    const blobs = (): number => asked().filter((request) => request === 'GET blobs').length;
    await vi.waitUntil(() => blobs() >= 3);
    await source.close();
    await work;
    expect(blobs()).toBe(3);
  });
});
