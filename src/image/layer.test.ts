import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type TarFiles, tar } from '../../test/bed/tar.ts';
import { UserError } from '../model/errors.ts';
import { digestOf } from './digest.ts';
import { type PackedLayer, unpackLayers } from './layer.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.ts';

const IMAGE = 'r.example/app';

function pack(archive: Buffer): PackedLayer {
  const bytes = gzipSync(archive);
  return { digest: digestOf(bytes), bytes, diffId: digestOf(archive) };
}

async function unpack(
  layers: readonly TarFiles[],
  limits: Partial<ImageLimits> = {},
): Promise<Record<string, string>> {
  const packed = await Promise.all(layers.map(async (files) => pack(await tar(files))));
  return read(packed, limits);
}

async function read(
  layers: readonly PackedLayer[],
  limits: Partial<ImageLimits> = {},
): Promise<Record<string, string>> {
  const files = await unpackLayers(layers, IMAGE, { ...DEFAULT_IMAGE_LIMITS, ...limits });
  return Object.fromEntries(
    [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
  );
}

async function failure(unpacking: Promise<unknown>): Promise<string> {
  const error = await unpacking.catch((e: unknown) => e);
  if (!(error instanceof UserError)) throw new Error(`no UserError but ${String(error)}`);
  expect(error.message).toContain(IMAGE);
  return `${error.code}: ${error.message}`;
}

describe('layers', () => {
  it('unpack to files by path, however archives write paths', async () => {
    const files: TarFiles = {
      './': { type: 'directory' },
      './a/': { type: 'directory' },
      './a/one.star': '1',
      'a//two.star': '2',
      'deep/without/folders.star': '3',
      'empty.star': '',
    };
    expect(await unpack([files])).toEqual({
      'a/one.star': '1',
      'a/two.star': '2',
      'deep/without/folders.star': '3',
      'empty.star': '',
    });
  });

  it('lie on one another, the later on top', async () => {
    expect(
      await unpack([
        { a: '1', b: '1' },
        { b: '2', c: '2' },
      ]),
    ).toEqual({ a: '1', b: '2', c: '2' });
  });

  it('replace a file by a folder and a folder by a file', async () => {
    const lower: TarFiles = { file: '1', 'folder/x': '1' };
    const upper: TarFiles = { 'file/': { type: 'directory' }, 'file/y': '2', folder: '2' };
    expect(await unpack([lower, upper])).toEqual({ 'file/y': '2', folder: '2' });
  });

  it('take files and folders away with whiteouts', async () => {
    const lower: TarFiles = { 'a/x': '1', 'a/y': '1', 'b/z': '1', c: '1' };
    const upper: TarFiles = { 'a/.wh.x': '', '.wh.b': '', '.wh.nothing': '', 'none/.wh.x': '' };
    expect(await unpack([lower, upper])).toEqual({ 'a/y': '1', c: '1' });
  });

  it('keep what stands beside a whiteout in the same layer, whatever comes first', async () => {
    const lower: TarFiles = { 'a/x': '1', 'a/old': '1' };
    expect(await unpack([lower, { 'a/x': '2', 'a/.wh.x': '' }])).toEqual({
      'a/x': '2',
      'a/old': '1',
    });
    expect(await unpack([lower, { 'a/new': '2', 'a/.wh..wh..opq': '' }])).toEqual({ 'a/new': '2' });
    expect(await unpack([lower, { 'a/.wh..wh..opq': '', 'a/new': '2' }])).toEqual({ 'a/new': '2' });
  });

  it('overlook the other marks of aufs', async () => {
    expect(await unpack([{ a: '1', '.wh..wh.plnk': '', '.wh..wh.aufs': '' }])).toEqual({ a: '1' });
  });

  it('follow links that stay inside', async () => {
    const files: TarFiles = {
      'lib/v1/x.star': 'x',
      'lib/x.star': { type: 'symlink', linkname: 'v1/x.star' },
      'app/y.star': { type: 'symlink', linkname: '../lib/./x.star' },
      'app/z.star': { type: 'link', linkname: './lib/v1/x.star' },
      'app/nowhere': { type: 'symlink', linkname: '../gone' },
      'app/folder': { type: 'symlink', linkname: '../lib' },
      'app/self': { type: 'symlink', linkname: 'self' },
    };
    expect(await unpack([files])).toEqual({
      'lib/v1/x.star': 'x',
      'lib/x.star': 'x',
      'app/y.star': 'x',
      'app/z.star': 'x',
    });
  });

  it('may have long names and need not be compressed', async () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'ü'.repeat(60)}.star`;
    const archive = await tar({ [long]: '1' });
    const plain = { digest: digestOf(archive), bytes: archive, diffId: digestOf(archive) };
    expect(await read([plain])).toEqual({ [long]: '1' });
  });
});

describe('hostile layers', () => {
  it.each<[string, TarFiles, string]>([
    [
      'a path that climbs',
      { '../../etc/passwd': 'x' },
      'the path "../../etc/passwd" leads out of it',
    ],
    ['a path that climbs later', { 'a/../../b': 'x' }, 'the path "a/../../b" leads out of it'],
    ['an absolute path', { '/etc/passwd': 'x' }, 'the path "/etc/passwd" is absolute'],
    [
      'an absolute link',
      { a: { type: 'symlink', linkname: '/etc/passwd' } },
      '"/etc/passwd" is absolute',
    ],
    [
      'a link that climbs',
      { 'x/a': { type: 'symlink', linkname: '../../etc/passwd' } },
      'the link "x/a" leads out of it, to "../../etc/passwd"',
    ],
    [
      'a hard link that climbs',
      { a: { type: 'link', linkname: '../b' } },
      '"../b" leads out of it',
    ],
    ['a device', { sda: { type: 'block-device' } }, '"sda" is a block-device'],
    ['a pipe', { pipe: { type: 'fifo' } }, '"pipe" is a fifo'],
    ['a whiteout of the parent', { 'a/.wh...': '' }, '"a/.wh..." takes away no file'],
    ['a whiteout of nothing', { 'a/.wh.': '' }, '"a/.wh." takes away no file'],
  ])('are refused for %s', async (_, files, why) => {
    expect(await failure(unpack([files]))).toContain(`unsafe-image: ${IMAGE}`);
    expect(await failure(unpack([files]))).toContain(why);
  });

  it('cannot write through a link', async () => {
    const link: TarFiles = { dir: { type: 'symlink', linkname: 'other' }, 'other/x': '1' };
    expect(await failure(unpack([link, { 'dir/y': '2' }]))).toContain(
      '"dir/y" lies below "dir", which is a link and no folder',
    );
  });

  it('cannot link to what is not there', async () => {
    expect(await failure(unpack([{ a: { type: 'link', linkname: 'b' } }]))).toContain(
      '"a" links to "b", which is no file in it',
    );
  });

  it('cannot write to the terminal', async () => {
    const message = await failure(unpack([{ '/\u001b[2J\u202e.star': '' }]));
    expect(message).toContain('the path "/ [2J .star" is absolute.');
  });

  it('cannot climb by a long name hidden in an extended header', async () => {
    const path = `${'a'.repeat(120)}/../../../../etc/passwd`;
    expect(await failure(unpack([{ [path]: 'x' }]))).toContain('leads out of it');
  });
});

describe('damaged layers', () => {
  it('are told by the digest of their content', async () => {
    const layer = pack(await tar({ a: '1' }));
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await failure(read([{ ...layer, diffId: other }]))).toBe(
      `broken-image: ${IMAGE} is damaged: layer ${layer.digest} unpacks to ${layer.diffId}, not to ${other}.`,
    );
  });

  it('are told by their form', async () => {
    const archive = await tar({ a: 'x'.repeat(2000) });
    expect(await failure(read([pack(archive.subarray(0, 1500))]))).toMatch(
      /^broken-image: .*a layer is not a tar archive/,
    );
    expect(await failure(read([pack(Buffer.alloc(2048, 'x'))]))).toMatch(/^broken-image: /);
    const layer = pack(archive);
    const cut = { ...layer, bytes: layer.bytes.subarray(0, 40) };
    expect(await failure(read([cut]))).toContain('cannot be unpacked');
  });
});

describe('limits', () => {
  const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

  it.each<[keyof ImageLimits, TarFiles[], Partial<ImageLimits>]>([
    ['unpackedBytes', [{ a: zeros(9_000) }], { unpackedBytes: 8_192 }],
    ['unpackedBytes', [{ a: zeros(5_000) }, { b: zeros(5_000) }], { unpackedBytes: 10_000 }],
    ['compressionRatio', [{ a: zeros(2 * 1024 * 1024) }], { compressionRatio: 100 }],
    ['fileBytes', [{ a: zeros(1_001) }], { fileBytes: 1_000 }],
    ['entries', [{ a: '1', b: '2', c: '3' }], { entries: 2 }],
    ['entries', [{ a: '1', b: '2' }, { c: '3' }], { entries: 2 }],
    ['pathBytes', [{ [`${'a'.repeat(60)}/b`]: '1' }], { pathBytes: 50 }],
  ])('name %s', async (limit, layers, limits) => {
    expect(await failure(unpack(layers, limits))).toMatch(
      new RegExp(`^image-too-large: .*\\(limit ${limit}: ${limits[limit]}\\)`),
    );
  });

  it('count what links repeat', async () => {
    const links = Array.from(
      { length: 5 },
      (_, i) => [`${i}`, { type: 'link', linkname: 'a' }] as const,
    );
    expect(
      await failure(unpack([[['a', zeros(1_000)], ...links]], { unpackedBytes: 5_800 })),
    ).toContain('with its links it holds 6000 bytes (limit unpackedBytes: 5800)');
  });

  it('count folders that no entry names', async () => {
    expect(await failure(unpack([{ 'a/b/c/d/e.star': '' }], { entries: 4 }))).toContain(
      'limit entries: 4',
    );
  });

  it('leave alone what just fits', async () => {
    const limits = { fileBytes: 1_000, entries: 2, unpackedBytes: 4_096 };
    expect(Object.keys(await unpack([{ a: zeros(1_000), b: '' }], limits))).toEqual(['a', 'b']);
  });

  it('do not hold small archives full of padding to the ratio', async () => {
    expect(await unpack([{ a: zeros(900_000) }], { compressionRatio: 1 })).toHaveProperty('a');
  });
});
