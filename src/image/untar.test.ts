import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tar } from '../../test/bed/tar.ts';
import { UserError } from '../model/errors.ts';
import { DEFAULT_IMAGE_LIMITS } from './limits.ts';
import { untar } from './untar.ts';

/** Where fields stand in a tar header (POSIX.1-2024, pax, "ustar Interchange Format"). */
const SIZE = 124;
const CHECKSUM = 148;
const TYPE = 156;
const BLOCK = 512;

/** Changes a header's bytes and mends its checksum. */
function forge(archive: Buffer, block: number, offset: number, bytes: Uint8Array): Buffer {
  const forged = Buffer.from(archive);
  const header = forged.subarray(block * BLOCK, (block + 1) * BLOCK);
  header.set(bytes, offset);
  header.fill(' ', CHECKSUM, CHECKSUM + 8);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM, 'latin1');
  return forged;
}

const read = (archive: Buffer) => untar(archive, 'r.example/app', DEFAULT_IMAGE_LIMITS);

describe('untar', () => {
  it('does not wait for the content of a folder', async () => {
    const archive = await tar({ 'a/': { type: 'directory' }, b: 'x' });
    const entries = await read(forge(archive, 0, SIZE, Buffer.from('00000001000\0')));
    expect(entries.map(({ kind }) => kind)).toEqual(['directory', 'file']);
  });

  it('does not wait for a size that is no number', async () => {
    const archive = await tar({ a: 'x' });
    await expect(read(forge(archive, 0, SIZE, Buffer.from([0x90])))).rejects.toThrow(
      '"a" has no size',
    );
  });

  it('comes to an end with any header', async () => {
    const archive = await tar({
      'a/': { type: 'directory' },
      b: 'x'.repeat(700),
      [`${'p'.repeat(150)}/q`]: 'y',
      l: { type: 'symlink', linkname: 'b' },
    });
    const size = fc.oneof(
      fc.nat(4_000).map((bytes) => Buffer.from(`${bytes.toString(8).padStart(11, '0')}\0`)),
      fc.uint8Array({ minLength: 1, maxLength: 12 }),
    );
    const type = fc.constantFrom(...'0125gxLKNS').map((letter) => Buffer.from(letter));
    const block = fc.nat(archive.length / BLOCK - 1);
    await fc.assert(
      fc.asyncProperty(block, size, type, async (at, newSize, newType) => {
        const forged = forge(forge(archive, at, SIZE, newSize), at, TYPE, newType);
        const outcome = await read(forged).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || outcome instanceof UserError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
