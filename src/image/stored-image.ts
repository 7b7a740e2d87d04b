import type { ImageReader } from './image-content.ts';
import type { Descriptor } from './manifest.ts';

/** An image on this side of the network: in memory, or in an OCI layout. */
export interface StoredImage {
  /** What its digest names: the index, or the only manifest. */
  readonly root: Descriptor;
  /**
   * The bytes of one of its manifests or blobs, checked against the digest.
   *
   * @throws UserError `broken-image` where they are missing or not what they should be
   */
  read(digest: string): Promise<Buffer>;
}

/** Reads an image that is here as one that is in a registry. */
export function readerOf(image: StoredImage): ImageReader {
  return { manifest: image.read, blob: ({ digest }) => image.read(digest) };
}
