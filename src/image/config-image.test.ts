import { describe, expect, it } from 'vitest';
import { readConfigImage } from './config-image.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const BINARY = `sha256:${'2'.repeat(64)}`;
const INDEX = {
  binary_digest: BINARY,
  binary_repository: 'registry.example/acme/echo',
  config_entrypoint: 'echo/main.star',
};

function read(
  index: unknown,
  files: Record<string, string | Buffer> = { 'echo/main.star': 'def main(ctx): pass' },
) {
  const all = { ...(index !== undefined && { 'index.json': JSON.stringify(index) }), ...files };
  const bytes = Object.entries(all).map(([path, content]) => [path, Buffer.from(content)] as const);
  return readConfigImage(DIGEST, new Map(bytes), 'r.example/app');
}

describe('readConfigImage', () => {
  it('gives the binary, the entry point and the files', () => {
    const image = read(INDEX);
    expect(image).toMatchObject({
      digest: DIGEST,
      binaryRepository: 'registry.example/acme/echo',
      binaryDigest: BINARY,
      entrypoint: 'echo/main.star',
    });
    expect(image.files.get('echo/main.star')).toBe('def main(ctx): pass');
  });

  it('takes binary_image for binary_repository and overlooks other fields', () => {
    const { binary_repository, ...rest } = INDEX;
    const image = read({ ...rest, binary_image: binary_repository, built_by: 'me' });
    expect(image.binaryRepository).toBe('registry.example/acme/echo');
    expect(read({ ...INDEX, binary_image: binary_repository }).binaryDigest).toBe(BINARY);
  });

  it.each(['./echo/main.star', '/echo/main.star', 'echo//main.star', 'lib/../echo/main.star'])(
    'finds the entry point written as %s',
    (config_entrypoint) => {
      expect(read({ ...INDEX, config_entrypoint }).entrypoint).toBe('echo/main.star');
    },
  );

  it('leaves out files that are not text', () => {
    const image = read(INDEX, { 'echo/main.star': 'x', 'logo.png': Buffer.from([0x89, 0xff]) });
    expect([...image.files.keys()]).toEqual(['index.json', 'echo/main.star']);
  });

  it.each<[string, unknown, string]>([
    ['no index.json', undefined, 'it has no index.json'],
    ['a list', [], 'its index.json is wrong'],
    ['no digest', { ...INDEX, binary_digest: undefined }, 'binary_digest: '],
    [
      'a bad digest',
      { ...INDEX, binary_digest: 'sha256:xyz' },
      'binary_digest: expected sha256: and 64',
    ],
    ['no repository', { ...INDEX, binary_repository: undefined }, 'binary_repository: is missing'],
    [
      'a repository with a tag',
      { ...INDEX, binary_repository: 'r.example/app:v1' },
      'binary_repository: expected host/repository without tag',
    ],
    [
      'two repositories',
      { ...INDEX, binary_image: 'r.example/other' },
      'binary_image: differs from',
    ],
    ['no entry point', { ...INDEX, config_entrypoint: '' }, 'config_entrypoint: '],
    [
      'a missing entry point',
      { ...INDEX, config_entrypoint: 'gone.star' },
      'config_entrypoint is "gone.star", which is no file in it',
    ],
    [
      'an entry point outside',
      { ...INDEX, config_entrypoint: '../../etc/passwd' },
      'config_entrypoint is "../../etc/passwd", which is no file in it',
    ],
  ])('refuses an image with %s', (_, index, why) => {
    expect(() => read(index)).toThrow(why);
    expect(() => read(index)).toThrow('r.example/app is not a config image');
  });

  it('tells an entry point that is not text from one that is missing', () => {
    expect(() => read(INDEX, { 'echo/main.star': Buffer.from([0xff]) })).toThrow(
      'is not UTF-8 text',
    );
  });

  it('refuses an index.json that is not JSON', () => {
    expect(() => read(undefined, { 'index.json': '{' })).toThrow(
      'its index.json is not valid JSON',
    );
  });
});
