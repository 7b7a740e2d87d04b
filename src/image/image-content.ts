import { brokenImage, imageTooLarge } from './image-error.ts';
import type { ImageLimits } from './limits.ts';
import {
  type ChildDescriptor,
  chooseManifest,
  type Descriptor,
  type ImageManifest,
  parseDiffIds,
  parseManifest,
  unsupported,
} from './manifest.ts';

/** Reads what an image consists of, wherever it is kept. What it gives has the digest it was asked for. */
export interface ImageReader {
  manifest(digest: string): Promise<Buffer>;
  blob(descriptor: Descriptor): Promise<Buffer>;
}

/** An image, read down to its files. */
export interface ImageContent {
  /** The manifests that an index lists; none where the image is a single manifest. */
  readonly platforms: readonly ChildDescriptor[];
  /** From the image's own digest to the manifest that was read. */
  readonly chain: readonly { readonly digest: string; readonly size: number }[];
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
  /** The content of every file, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** How deep an index may lie in another; real ones are flat. */
const MAX_INDEX_DEPTH = 4;

/**
 * Reads an image, of several platforms the first that will do.
 *
 * @param name how errors name the image
 * @throws UserError `unsupported-manifest`, `broken-image`, `unsafe-image`, `image-too-large`
 */
export async function readImageContent(
  reader: ImageReader,
  digest: string,
  name: string,
  limits: ImageLimits,
): Promise<ImageContent> {
  const { manifest, ...way } = await descend(reader, digest, name);
  const { config, layers } = manifest;
  checkSizes(config, layers, name, limits);
  const [configBytes, ...layerBytes] = await Promise.all(
    [config, ...layers].map((descriptor) => readBlob(reader, descriptor, name)),
  );
  const diffIds = parseDiffIds(configBytes ?? new Uint8Array(), name);
  if (diffIds.length !== layers.length) {
    throw brokenImage(name, `it has ${layers.length} layers and ${diffIds.length} diff_ids`);
  }
  const packed = layerBytes.map((bytes, i) => ({
    digest: layers[i]?.digest ?? '',
    bytes,
    diffId: diffIds[i] ?? '',
  }));
  // Loaded here: an image whose program's results are cached is never unpacked.
  const { unpackLayers } = await import('./layer.ts');
  return { ...way, config, layers, files: await unpackLayers(packed, name, limits) };
}

/** Finds the image's manifest, through as many indexes as lie before it. */
async function descend(
  reader: ImageReader,
  root: string,
  name: string,
): Promise<Pick<ImageContent, 'platforms' | 'chain'> & { readonly manifest: ImageManifest }> {
  const chain: { digest: string; size: number }[] = [];
  let platforms: readonly ChildDescriptor[] = [];
  let digest = root;
  for (let depth = 0; depth <= MAX_INDEX_DEPTH; depth++) {
    const bytes = await reader.manifest(digest);
    chain.push({ digest, size: bytes.length });
    const parsed = parseManifest(bytes, name);
    if (parsed.kind === 'manifest') return { chain, platforms, manifest: parsed };
    if (depth === 0) platforms = parsed.manifests;
    digest = chooseManifest(parsed, name).digest;
  }
  throw unsupported(name, 'its indexes are nested too deep');
}

async function readBlob(
  reader: ImageReader,
  descriptor: Descriptor,
  name: string,
): Promise<Buffer> {
  const { digest, size } = descriptor;
  const bytes = await reader.blob(descriptor);
  if (bytes.length === size) return bytes;
  throw brokenImage(name, `blob ${digest} has ${bytes.length} bytes, its manifest says ${size}`);
}

/** Refuses by what the manifest says, before anything is fetched. */
function checkSizes(
  config: Descriptor,
  layers: readonly Descriptor[],
  image: string,
  limits: ImageLimits,
): void {
  if (config.size > limits.manifestBytes) {
    const what = `its configuration has ${config.size} bytes`;
    throw imageTooLarge(image, what, 'manifestBytes', limits);
  }
  if (layers.length > limits.layers) {
    throw imageTooLarge(image, `it has ${layers.length} layers`, 'layers', limits);
  }
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limits.compressedBytes) {
    throw imageTooLarge(image, `its layers have ${bytes} bytes`, 'compressedBytes', limits);
  }
}
