import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { ZSTDDecoder } from 'zstddec';

/** Why bytes could not be unpacked; zstd's decoder does not tell the two apart. */
export type DecompressFailure = 'damaged' | 'too-large' | 'damaged-or-too-large';

/** What so little holds usually comes out before another thread could be asked; a config image is smaller still. */
const QUICK_BYTES = 16 * 1024;

const zstd = new ZSTDDecoder();

/**
 * Unpacks gzip (RFC 1952) or zstd (RFC 8878), stopping as soon as more than `maxBytes` come out.
 * The first bytes decide which it is, not the media type: builders get that wrong, and whatever
 * comes out is checked against its digest. Anything else is taken as it is.
 *
 * zstd's own decoder, as WebAssembly, because one in plain JavaScript (fzstd 0.1.1) does not check
 * what it reads: a frame of 18 bytes kept it busy for more than a minute.
 */
export async function decompress(
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer | DecompressFailure> {
  if (isGzip(bytes)) return decompressGzip(bytes, maxBytes);
  if (isZstd(bytes)) return decompressZstd(bytes, maxBytes);
  return bytes.length > maxBytes ? 'too-large' : bytes;
}

function isGzip(bytes: Buffer): boolean {
  return bytes.length >= 2 && bytes.readUInt16BE(0) === 0x1f8b;
}

/** A frame, or a skippable frame, which may come first (RFC 8878, 3.1). */
function isZstd(bytes: Buffer): boolean {
  if (bytes.length < 4) return false;
  const magic = bytes.readUInt32LE(0);
  return magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5;
}

async function decompressGzip(
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer | DecompressFailure> {
  const options = { maxOutputLength: maxBytes };
  try {
    return bytes.length <= QUICK_BYTES
      ? gunzipSync(bytes, options)
      : await promisify(gunzip)(bytes, options);
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge ? 'too-large' : 'damaged';
  }
}

async function decompressZstd(
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer | DecompressFailure> {
  await zstd.init();
  const { buffer, byteOffset, byteLength } = zstd.decode(bytes, maxBytes);
  // The decoder gives nothing where it fails; no layer is empty, for a tar archive never is.
  return byteLength === 0 ? 'damaged-or-too-large' : Buffer.from(buffer, byteOffset, byteLength);
}
