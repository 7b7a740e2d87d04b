import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompress } from './decompress.ts';

const KIB = 1024;
/** 1,200 bytes, packed by the zstd program: once with its size in the header, once without. */
const TEXT = 'load("//a.star", "b")\n\n\n'.repeat(50);
const ZSTD = [
  'KLUv/WSwAwUBAMBsb2FkKCIvL2Euc3RhciIsICJiIikKCgoBAFSy/xwDW8p8CA==',
  'KLUv/QRYBQEAwGxvYWQoIi8vYS5zdGFyIiwgImIiKQoKCgEAVLL/HANbynwI',
];

/** A zstd frame (RFC 8878, 3.1.1) of blocks that each repeat one byte: 4 bytes that unpack to 128 KiB. */
function zstdBomb(blocks: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const block = (last: boolean): Buffer => {
    const fields = ((128 * KIB) << 3) | (1 << 1) | (last ? 1 : 0);
    return Buffer.from([fields & 0xff, (fields >> 8) & 0xff, fields >> 16, 0]);
  };
  return Buffer.concat([
    header,
    ...Array.from({ length: blocks }, (_, i) => block(i === blocks - 1)),
  ]);
}

/** One block of 98,047 sequences that claim 65,539 bytes each, in 18 bytes. */
const ZSTD_LIAR = Buffer.from('28b52ffd00384d000000ffffff5400003401', 'hex');

describe('decompress', () => {
  it('unpacks gzip, also of several members', async () => {
    const packed = Buffer.concat([gzipSync('one '), gzipSync('two')]);
    expect(String(await decompress(packed, KIB))).toBe('one two');
  });

  it.each(ZSTD)('unpacks zstd (%#)', async (base64) => {
    expect(String(await decompress(Buffer.from(base64, 'base64'), 1200))).toBe(TEXT);
  });

  it('unpacks zstd of several frames after a skippable one', async () => {
    const skippable = Buffer.from('502a4d1803000000aabbcc', 'hex');
    const frame = Buffer.from(ZSTD[0] ?? '', 'base64');
    expect(String(await decompress(Buffer.concat([skippable, frame, frame]), 4 * KIB))).toBe(
      TEXT.repeat(2),
    );
  });

  it('takes anything else as it is', async () => {
    expect(String(await decompress(Buffer.from('plain'), KIB))).toBe('plain');
    expect(await decompress(Buffer.alloc(0), KIB)).toHaveLength(0);
  });

  it('stops at the limit', async () => {
    const gzipBomb = gzipSync(Buffer.alloc(64 * KIB * KIB));
    expect(await decompress(gzipBomb, KIB)).toBe('too-large');
    expect(await decompress(zstdBomb(4_000), KIB * KIB)).toBe('damaged-or-too-large');
    expect(await decompress(zstdBomb(8), KIB * KIB)).toHaveLength(KIB * KIB);
    expect(await decompress(Buffer.alloc(KIB + 1), KIB)).toBe('too-large');
  });

  it('gives up at once on zstd that lies about its length', async () => {
    expect(await decompress(ZSTD_LIAR, 64 * KIB * KIB)).toBe('damaged-or-too-large');
  });

  it('tells what is damaged', async () => {
    expect(await decompress(gzipSync('some text').subarray(0, 20), KIB)).toBe('damaged');
    const zstd = Buffer.from(ZSTD[0] ?? '', 'base64');
    expect(await decompress(zstd.subarray(0, -5), 4 * KIB)).toBe('damaged-or-too-large');
  });

  it('survives any bytes after the magic ones', async () => {
    const magic = fc.constantFrom(Buffer.from([0x1f, 0x8b]), Buffer.from('28b52ffd', 'hex'));
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 200 }), async (start, rest) => {
        const result = await decompress(Buffer.concat([start, rest]), KIB);
        expect(typeof result === 'string' || result.length <= KIB).toBe(true);
      }),
    );
  });
});
