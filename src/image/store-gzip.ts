import { crc32 } from 'node:zlib';

/** The longest stored block (RFC 1951, 3.2.4). */
const MAX_BLOCK_BYTES = 65_535;
/** RFC 1952, 2.3: deflate, no flags, no time, no hint, and no word on the operating system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/**
 * Wraps bytes as gzip without making them smaller. What a compressor makes of the same bytes differs
 * from one version or processor to the next, and with it the digest; this does not, and a config image
 * has a few kilobytes.
 */
export function storeGzip(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  let start = 0;
  do {
    const block = bytes.subarray(start, start + MAX_BLOCK_BYTES);
    start += MAX_BLOCK_BYTES;
    const head = Buffer.alloc(5);
    head.writeUInt8(start >= bytes.length ? 1 : 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    blocks.push(head, block);
  } while (start < bytes.length);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes));
  trailer.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([HEADER, ...blocks, trailer]);
}
