import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiscoveryCache } from './discovery-cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sisyphus-discovery-'));
});
afterEach(() => rm(folder, { recursive: true }));

const types = (server: string) => ({
  server,
  version: 'v1.36.3',
  resources: [
    { apiVersion: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, listable: true },
  ],
});

describe('the discovery cache', () => {
  it('keeps servers apart', async () => {
    const cache = new DiscoveryCache(folder);
    await cache.write(types('https://a/'));
    expect(await new DiscoveryCache(folder).read('https://a/')).toEqual(types('https://a/'));
    expect(await cache.read('https://b/')).toBeUndefined();
  });

  it('leaves one whole file, however many write at once', async () => {
    const cache = new DiscoveryCache(folder);
    await Promise.all(Array.from({ length: 20 }, () => cache.write(types('https://a/'))));
    expect(await readdir(join(folder, 'discovery'))).toHaveLength(1);
    expect(await cache.read('https://a/')).toEqual(types('https://a/'));
  });

  it.each(['', '{', '{"server":"https://a/","version":1,"resources":[]}'])(
    'passes over a file that holds %j',
    async (content) => {
      const cache = new DiscoveryCache(folder);
      await cache.write(types('https://a/'));
      const [file = ''] = await readdir(join(folder, 'discovery'));
      await writeFile(join(folder, 'discovery', file), content);
      expect(await cache.read('https://a/')).toBeUndefined();
    },
  );

  it('does without a folder that it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    await new DiscoveryCache(join(folder, 'file')).write(types('https://a/'));
    expect(await readdir(folder)).toEqual(['file']);
  });
});
