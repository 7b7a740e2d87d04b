import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { blobPath, digestOf, type ImageSource, pushImage, pushIndex, putManifest } from './oci.ts';
import { type Registry, type RegistryOptions, startRegistry } from './registry.ts';
import { type RegistryAccess, requestRegistry } from './registry-request.ts';

const image: ImageSource = {
  repository: 'team/app',
  tag: 'latest',
  layers: [{ 'index.json': '{}' }, { 'main.star': 'def main(ctx): pass' }],
};

let running: Registry | undefined;
afterEach(() => running?.stop());

async function start(options?: RegistryOptions): Promise<Registry> {
  running = await startRegistry(options);
  return running;
}

/** The same registry for somebody who has no credentials. */
function anonymous({ url }: Registry): RegistryAccess {
  return { url };
}

function pull(registry: RegistryAccess, reference: string) {
  return requestRegistry(registry, {
    method: 'GET',
    url: `/v2/team/app/manifests/${reference}`,
    scope: 'repository:team/app:pull',
  });
}

describe('a registry', () => {
  it('keeps an image under its tag and its digest', async () => {
    const registry = await start();
    const { digest } = await pushImage(registry, image);
    const byTag = await pull(registry, 'latest');
    expect(byTag.headers['docker-content-digest']).toBe(digest);
    expect((await pull(registry, digest)).body).toBe(byTag.body);
  });

  it.each(['oci', 'docker'] as const)('keeps an %s index over several images', async (format) => {
    const registry = await start();
    const manifests = [
      await pushImage(registry, { ...image, format }),
      await pushImage(registry, { ...image, format, layers: [{ 'index.json': '{ }' }] }),
    ];
    const { digest } = await pushIndex(registry, { repository: 'team/app', manifests, format });
    const index = JSON.parse((await pull(registry, digest)).body);
    expect(index.manifests.map((m: { digest: string }) => m.digest)).toEqual(
      manifests.map((m) => m.digest),
    );
  });

  it('deletes', async () => {
    const registry = await start();
    const { digest } = await pushImage(registry, image);
    const url = `/v2/team/app/manifests/${digest}`;
    await requestRegistry(registry, { method: 'DELETE', url });
    await expect(pull(registry, 'latest')).rejects.toMatchObject({ status: 404 });
  });

  it('refuses a manifest whose layer it does not have', async () => {
    const registry = await start();
    const missing = { mediaType: 'application/x', digest: digestOf(Buffer.from('x')), size: 1 };
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = { schemaVersion: 2, mediaType: type, config: missing, layers: [missing] };
    await expect(putManifest(registry, 'team/app', manifest, type)).rejects.toMatchObject({
      status: 400,
    });
  });

  it('serves what a test wrote over a blob in its storage', async () => {
    const registry = await start();
    const { digest } = await pushImage(registry, image);
    const { layers } = JSON.parse((await pull(registry, digest)).body);
    await writeFile(blobPath(registry, layers[0].digest), 'spoilt');
    const url = `/v2/team/app/blobs/${layers[0].digest}`;
    expect((await requestRegistry(registry, { method: 'GET', url })).body).toBe('spoilt');
  });

  it('serves TLS with its certificate, which nobody trusts otherwise', async () => {
    const registry = await start({ tls: true });
    expect(registry.url).toMatch(/^https:/);
    await pushImage(registry, image);
    await expect(pull(anonymous(registry), 'latest')).rejects.toThrow(/certificate/);
  });
});

describe.each(['basic', 'token'] as const)('a registry with %s authentication', (auth) => {
  it('takes an image with the right credentials only', async () => {
    const registry = await start({ auth });
    await pushImage(registry, image);
    await expect(pull(registry, 'latest')).resolves.toBeDefined();
    await expect(pull(anonymous(registry), 'latest')).rejects.toMatchObject({ status: 401 });
    const wrong = { ...registry, password: 'wrong' };
    await expect(pull(wrong, 'latest')).rejects.toMatchObject({ status: 401 });
  });
});

describe('a registry that lets anybody pull', () => {
  it('still refuses their pushes', async () => {
    const registry = await start({ auth: 'token', anonymousPull: true });
    await pushImage(registry, image);
    await expect(pull(anonymous(registry), 'latest')).resolves.toBeDefined();
    await expect(pushImage(anonymous(registry), image)).rejects.toMatchObject({ status: 401 });
  });
});
