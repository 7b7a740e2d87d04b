/** What an image may take. Config images are a few kilobytes; these are far above that. */
export interface ImageLimits {
  /** A manifest, an index, or the image's configuration. */
  readonly manifestBytes: number;
  readonly layers: number;
  /** All layers as the registry has them. */
  readonly compressedBytes: number;
  /** All layers unpacked. */
  readonly unpackedBytes: number;
  /** How many times its size one layer may unpack to; not applied to the first MiB. */
  readonly compressionRatio: number;
  readonly fileBytes: number;
  /** Files, folders and links that all layers make, and entries of one layer. */
  readonly entries: number;
  readonly pathBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  // The size every registry must take (OCI distribution spec 1.1, "Pushing Manifests").
  manifestBytes: 4 * MIB,
  // As many as overlay file systems stack.
  layers: 128,
  compressedBytes: 64 * MIB,
  unpackedBytes: 64 * MIB,
  compressionRatio: 200,
  fileBytes: 16 * MIB,
  entries: 10_000,
  pathBytes: 1024,
};
