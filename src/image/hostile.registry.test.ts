import { readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultProxy } from '../../test/bed/faults.ts';
import { failureOf, openImageBench, referenceAt } from '../../test/bed/image-bench.ts';
import {
  blobPath,
  type Descriptor,
  digestOf,
  gzipLayer,
  pushImage,
  pushIndex,
  putBlob,
  putManifest,
} from '../../test/bed/oci.ts';
import { type Registry, startRegistry } from '../../test/bed/registry.ts';
import { type TarFiles, tar } from '../../test/bed/tar.ts';
import { UserError } from '../model/errors.ts';
import type { ConfigImage } from './config-image.ts';
import type { ImageSourceOptions } from './image-source.ts';

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

async function load(rest: string, options?: Partial<ImageSourceOptions>): Promise<ConfigImage> {
  const source = bench.source(cacheDirectory, options);
  return source.load(await source.resolve(referenceAt(proxy, rest)));
}

describe('a hostile or broken image', () => {
  const pushed = async (repository: string, layers: Parameters<typeof pushImage>[1]['layers']) => {
    await pushImage(registry, { repository, tag: 'v1', layers });
    return failureOf(load(`${repository}:v1`));
  };

  it.each<[string, TarFiles, string]>([
    ['path traversal', { '../../evil.star': 'x' }, 'the path "../../evil.star" leads out of it'],
    ['an absolute path', { '/etc/evil.star': 'x' }, 'the path "/etc/evil.star" is absolute'],
    [
      'a link out',
      { 'a.star': { type: 'symlink', linkname: '../etc/passwd' } },
      'the link "a.star" leads out',
    ],
    [
      'a hard link out',
      { 'a.star': { type: 'link', linkname: '/etc/passwd' } },
      '"/etc/passwd" is absolute',
    ],
  ])('is refused for %s', async (_, files, why) => {
    const error = await pushed('h/unsafe', [FILES, files]);
    expect(error).toBeInstanceOf(UserError);
    expect(error.code).toBe('unsafe-image');
    expect(error.message).toContain(why);
    expect(error.message).toContain(`${proxy.host}/h/unsafe@sha256:`);
  });

  it('is refused for a bomb', async () => {
    const error = await pushed('h/bomb', [FILES, { 'bomb.star': Buffer.alloc(100 * 1024 * 1024) }]);
    expect(error.code).toBe('image-too-large');
    expect(error.message).toMatch(/unpacks to too much \(limit (compressionRatio|unpackedBytes)/);
  });

  it('is refused for a diff_id that is not its own', async () => {
    const layer = await gzipLayer(FILES);
    const error = await pushed('h/diff', [{ ...layer, diffId: BINARY }]);
    expect(error.code).toBe('broken-image');
    expect(error.message).toContain(`unpacks to ${layer.diffId}, not to ${BINARY}`);
  });

  it('is refused for too many layers, before any is fetched', async () => {
    await pushImage(registry, {
      repository: 'h/layers',
      tag: 'v1',
      layers: [FILES, { a: '' }, { b: '' }],
    });
    const error = await failureOf(load('h/layers:v1', { limits: { layers: 2 } }));
    expect(error.message).toContain('it has 3 layers (limit layers: 2)');
    expect(proxy.seen.some(({ path }) => path.includes('/blobs/'))).toBe(false);
  });

  it('is refused for bytes that do not match their digest', async () => {
    const layer = await gzipLayer({ ...(FILES as object), 'tampered.star': '1' });
    await pushImage(registry, { repository: 'h/tampered', tag: 'v1', layers: [layer] });
    const other = gzipSync(await tar({ 'tampered.star': 'evil' }));
    const path = blobPath(registry, digestOf(layer.bytes));
    await writeFile(path, other.subarray(0, layer.bytes.length));
    const error = await failureOf(load('h/tampered:v1'));
    expect(error.code).toBe('digest-mismatch');
    expect(error.message).toContain(`sent something else for ${digestOf(layer.bytes)}`);
    await writeFile(path, Buffer.concat([layer.bytes, Buffer.from('more')]));
    expect((await failureOf(load('h/tampered:v1'))).code).toBe('registry-answer-too-large');
  });

  it('is refused for a size that is not its own', async () => {
    const layer = await gzipLayer(FILES);
    const { digest } = await pushImage(registry, {
      repository: 'h/size',
      tag: 'v1',
      layers: [layer],
    });
    const manifest = String(await readFile(blobPath(registry, digest)));
    const size = layer.bytes.length;
    const lie = Buffer.from(manifest.replace(`"size": ${size}`, `"size": ${size + 1}`));
    await putManifest(registry, 'h/size', lie, 'application/vnd.oci.image.manifest.v1+json', 'v2');
    expect((await failureOf(load('h/size:v2'))).message).toContain(
      `has ${size} bytes, its manifest says ${size + 1}`,
    );
  });

  it('is refused for a manifest that does not match its digest', async () => {
    const { digest } = await pushImage(registry, {
      repository: 'h/manifest',
      tag: 'v1',
      layers: [FILES],
    });
    await pushImage(registry, { repository: 'h/manifest', tag: 'v2', layers: [{ a: '' }] });
    const other = await bench
      .source(cacheDirectory)
      .resolve(referenceAt(registry, 'h/manifest:v2'));
    const location = `${registry.url}/v2/h/manifest/manifests/${other.digest}`;
    proxy.add({ path: new RegExp(digest), fault: { status: 307, headers: { location } } });
    expect((await failureOf(load(`h/manifest@${digest}`))).code).toBe('digest-mismatch');
  });

  it('is told from a connection that always breaks off', async () => {
    await pushImage(registry, { repository: 'h/cut', tag: 'v1', layers: [FILES] });
    proxy.add({ path: /blobs/, fault: { cutAfterBytes: 20 } });
    const error = await failureOf(load('h/cut:v1'));
    expect(error.code).toBe('registry-unreachable');
    expect(error.message).toMatch(
      /cannot be reached for blob sha256:\w+: the connection broke off \(UND_ERR_SOCKET, 3 times\)/,
    );
  });

  it('is refused for a blob that the registry has lost', async () => {
    const layer = await gzipLayer({ ...(FILES as object), 'lost.star': '1' });
    await pushImage(registry, { repository: 'h/lost', tag: 'v1', layers: [layer] });
    await rm(blobPath(registry, digestOf(layer.bytes)));
    const error = await failureOf(load('h/lost:v1'));
    expect(error.code).toBe('image-not-found');
    expect(error.message).toMatch(
      /is incomplete: the registry has no blob sha256:\w+ \(status 404; BLOB_UNKNOWN/,
    );
  });

  it('is refused when it is an artifact', async () => {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const config = await putBlob(
      registry,
      'h/chart',
      Buffer.from('{}'),
      'application/vnd.cncf.helm.config.v1+json',
    );
    await putManifest(
      registry,
      'h/chart',
      { schemaVersion: 2, mediaType, config, layers: [] },
      mediaType,
      'v1',
    );
    const error = await failureOf(load('h/chart:v1'));
    expect(error.code).toBe('unsupported-manifest');
    expect(error.message).toContain(
      'it is an artifact of type application/vnd.cncf.helm.config.v1+json',
    );
  });

  it('is refused for its indexes nested without end', async () => {
    let inner: Descriptor = await pushImage(registry, { repository: 'h/nested', layers: [FILES] });
    for (let depth = 0; depth < 6; depth++) {
      inner = await pushIndex(registry, {
        repository: 'h/nested',
        tag: `d${depth}`,
        manifests: [inner],
      });
    }
    expect((await load('h/nested:d2')).entrypoint).toBe('echo/main.star');
    expect((await failureOf(load('h/nested:d5'))).message).toContain(
      'its indexes are nested too deep',
    );
  });

  it('is refused for an old or strange manifest that a registry serves', async () => {
    for (const [body, why] of [
      ['{"schemaVersion":1,"name":"h/old","fsLayers":[]}', 'has the schema version 1, expected 2'],
      ['<html>Please log in</html>', 'its manifest is not a JSON object'],
    ] as const) {
      const digest = digestOf(Buffer.from(body));
      proxy.add({ path: new RegExp(digest), fault: { status: 200, body } });
      expect((await failureOf(load(`h/old@${digest}`))).message).toContain(why);
    }
  });

  it('is refused for a manifest without end', async () => {
    proxy.add({ path: /manifests/, fault: { status: 200, body: 'x'.repeat(5 * 1024 * 1024) } });
    expect((await failureOf(load('h/endless:v1'))).code).toBe('registry-answer-too-large');
  });

  it('says what is missing when it is another kind of image', async () => {
    const error = await pushed('h/binary', [{ 'bin/app': 'x' }]);
    expect(error.code).toBe('broken-config-image');
    expect(error.message).toContain('it has no index.json');
  });
});
