import { type DecompressFailure, decompress } from './decompress.ts';
import { digestOf, hasDigest } from './digest.ts';
import { brokenImage, imageTooLarge } from './image-error.ts';
import { ImageTree } from './image-tree.ts';
import type { ImageLimits } from './limits.ts';
import { untar } from './untar.ts';

/** A layer as the registry has it, already checked against its own digest. */
export interface PackedLayer {
  readonly digest: string;
  readonly bytes: Buffer;
  /** The digest of the layer unpacked, from the image's configuration. */
  readonly diffId: string;
}

/** A layer of less than this may be packed as tightly as it likes: tar pads with zeros. */
const RATIO_FREE_BYTES = 1024 * 1024;

/**
 * Unpacks layers, the lowest first, into one tree and lists its files by path (`dir/file`).
 * Nothing touches the disk.
 *
 * @param image how errors name the image
 * @throws UserError `broken-image`, `unsafe-image`, `image-too-large`
 */
export async function unpackLayers(
  layers: readonly PackedLayer[],
  image: string,
  limits: ImageLimits,
): Promise<Map<string, Uint8Array>> {
  const tree = new ImageTree(image, limits);
  let bytesLeft = limits.unpackedBytes;
  // One after the other: the limit on bytes is one for all.
  for (const layer of layers) {
    const archive = await unpack(layer, image, limits, bytesLeft);
    tree.apply(await untar(archive, image, limits));
    bytesLeft -= archive.length;
  }
  return tree.files();
}

async function unpack(
  { digest, bytes, diffId }: PackedLayer,
  image: string,
  limits: ImageLimits,
  bytesLeft: number,
): Promise<Buffer> {
  const ratioBytes = Math.max(RATIO_FREE_BYTES, bytes.length * limits.compressionRatio);
  const archive = await decompress(bytes, Math.min(bytesLeft, ratioBytes));
  if (typeof archive === 'string') {
    const limit = ratioBytes < bytesLeft ? 'compressionRatio' : 'unpackedBytes';
    throw unpackError(archive, image, digest, limit, limits);
  }
  if (hasDigest(archive, diffId)) return archive;
  throw brokenImage(image, `layer ${digest} unpacks to ${digestOf(archive)}, not to ${diffId}`);
}

function unpackError(
  failure: DecompressFailure,
  image: string,
  digest: string,
  limit: keyof ImageLimits,
  limits: ImageLimits,
): Error {
  if (failure === 'damaged') return brokenImage(image, `layer ${digest} cannot be unpacked`);
  const what =
    failure === 'too-large' ? 'unpacks to too much' : 'is damaged or unpacks to too much';
  return imageTooLarge(image, `layer ${digest} ${what}`, limit, limits);
}
