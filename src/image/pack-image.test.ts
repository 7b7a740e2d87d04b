import { describe, expect, it } from 'vitest';
import { readConfigImage } from './config-image.ts';
import { readImageContent } from './image-content.ts';
import { DEFAULT_IMAGE_LIMITS } from './limits.ts';
import { type ConfigImageSource, packConfigImage } from './pack-image.ts';
import { DEFAULT_PLATFORMS, parsePlatforms } from './platform.ts';
import { readerOf } from './stored-image.ts';

const SOURCE: ConfigImageSource = {
  files: new Map([
    ['echo/echo.star', 'load("//lib/ä.star", "x")\ndef main(ctx):\n    return x\n'],
    ['lib/ä.star', 'x = Application()\n'],
  ]),
  entrypoint: 'echo/echo.star',
  binary: { repository: 'registry.example/echo', digest: `sha256:${'b'.repeat(64)}` },
  platforms: parsePlatforms(DEFAULT_PLATFORMS),
};

const digestOf = async (change: Partial<ConfigImageSource> = {}): Promise<string> =>
  (await packConfigImage({ ...SOURCE, ...change })).root.digest;

async function open(source: ConfigImageSource) {
  const image = await packConfigImage(source);
  const { digest } = image.root;
  const content = await readImageContent(readerOf(image), digest, 'x', DEFAULT_IMAGE_LIMITS);
  return { content, config: readConfigImage(digest, content.files, 'x') };
}

describe('a packed config image', () => {
  it('has the same digest on every machine', async () => {
    expect(await digestOf()).toBe(
      'sha256:ccf9bbf387ce7f62e984bcd3850ca00d2f523134734aa1c5230a72ea0fa0e5b7',
    );
  });

  it('does not depend on the order of files and platforms', async () => {
    const files = new Map([...SOURCE.files].reverse());
    const platforms = parsePlatforms(['linux/arm64', 'linux/amd64,linux/arm64']);
    expect(await digestOf({ files, platforms })).toBe(await digestOf());
  });

  it('has another digest for another file, name, entrypoint, binary or platform', async () => {
    const [first, second] = [...SOURCE.files];
    const others: Partial<ConfigImageSource>[] = [
      { files: new Map([first ?? ['', ''], ['lib/ä.star', 'x = Application( )\n']]) },
      { files: new Map([first ?? ['', ''], ['lib/b.star', second?.[1] ?? '']]) },
      { entrypoint: 'lib/ä.star' },
      { binary: { ...SOURCE.binary, repository: 'registry.example/echo2' } },
      { binary: { ...SOURCE.binary, digest: `sha256:${'c'.repeat(64)}` } },
      { platforms: parsePlatforms(['linux/amd64']) },
    ];
    const digests = await Promise.all(others.map(digestOf));
    expect(new Set([await digestOf(), ...digests]).size).toBe(others.length + 1);
  });

  it('is read as what it was made of', async () => {
    const { config, content } = await open(SOURCE);
    const { 'index.json': _index, ...files } = Object.fromEntries(config.files);
    expect(files).toEqual(Object.fromEntries(SOURCE.files));
    expect(config).toMatchObject({
      entrypoint: 'echo/echo.star',
      binaryRepository: 'registry.example/echo',
      binaryDigest: SOURCE.binary.digest,
    });
    expect(content.platforms.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
  });

  it('takes paths of any legal length', async () => {
    const path = `${'folder/'.repeat(40)}${'name'.repeat(20)}.star`;
    const files = new Map([[path, 'x = 1\n']]);
    const { config } = await open({ ...SOURCE, files, entrypoint: path });
    expect(config.files.get(path)).toBe('x = 1\n');
  });

  it('has no room for a program file that is called index.json', async () => {
    const files = new Map([['index.json', '']]);
    await expect(packConfigImage({ ...SOURCE, files })).rejects.toMatchObject({
      code: 'reserved-path',
    });
  });
});

describe('platforms', () => {
  it('are written as docker buildx writes them', () => {
    expect(parsePlatforms(['linux/arm/v7', 'linux/amd64'])).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ]);
  });

  it.each(['amd64', 'linux/', 'Linux/amd64', '', 'linux/amd64/v1/x'])('are not %j', (text) => {
    expect(() => parsePlatforms([text])).toThrow(`"${text}" is not a platform.`);
  });
});
