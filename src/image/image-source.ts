import pLimit from 'p-limit';
import { openBlobStore } from './blob-store.ts';
import { type ConfigImage, readConfigImage } from './config-image.ts';
import type { Credentials } from './credentials.ts';
import type { HttpOptions } from './http.ts';
import { brokenImage, imageTooLarge } from './image-error.ts';
import { unpackLayers } from './layer.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.ts';
import {
  chooseManifest,
  type Descriptor,
  type ImageManifest,
  parseDiffIds,
  parseManifest,
  unsupported,
} from './manifest.ts';
import { formatReference, type Reference, withDigest } from './reference.ts';
import { createRegistryClient } from './registry.ts';

/** A reference and the digest it stood for when it was resolved. */
export interface ResolvedImage {
  /** As it was asked for. */
  readonly reference: Reference;
  /** Of what the reference points at: the index where there is one, else the manifest. */
  readonly digest: string;
  /** `host/repository@digest`, without scheme: what is recorded and shown. */
  readonly text: string;
}

/** Gives config images, asking each registry as little as possible. Make one for each push: tags move. */
export interface ImageSource {
  /** What a reference points at. Each tag is asked for once; a digest needs no request. */
  resolve(reference: Reference): Promise<ResolvedImage>;
  /** Reads a config image; each once. */
  load(image: ResolvedImage): Promise<ConfigImage>;
  /** The digests of the manifests that an index lists; none when the image is a single manifest. */
  manifestDigests(image: ResolvedImage): Promise<readonly string[]>;
  /** Breaks off what is under way and closes the connections. */
  close(): Promise<void>;
}

/** What an image source stands on. */
export interface ImageSourceOptions extends HttpOptions {
  /** Where blobs and manifests are kept by digest. */
  readonly cacheDirectory: string;
  readonly credentials: Credentials;
  readonly limits?: Partial<ImageLimits>;
  /** Requests under way at once to one registry. */
  readonly concurrency?: number;
}

/** How deep an index may lie in another; real ones are flat. */
const MAX_INDEX_DEPTH = 4;
/** Images unpacked at once: each may take as much memory as the limits allow. */
const PARALLEL_LOADS = 8;

/**
 * Opens a source of config images. Its methods throw what {@link createRegistryClient} throws, and
 * UserError `unsupported-manifest`, `broken-image`, `unsafe-image`, `image-too-large`,
 * `broken-config-image`.
 */
export function createImageSource(options: ImageSourceOptions): ImageSource {
  const limits = { ...DEFAULT_IMAGE_LIMITS, ...options.limits };
  const registry = createRegistryClient({ ...options, manifestBytes: limits.manifestBytes });
  const store = openBlobStore(options.cacheDirectory);
  const loading = pLimit(PARALLEL_LOADS);
  const resolved = new Map<string, Promise<ResolvedImage>>();
  const loaded = new Map<string, Promise<ConfigImage>>();

  async function cached(digest: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
    const kept = await store.read(digest);
    if (kept !== undefined) return kept;
    const bytes = await fetch();
    await store.write(digest, bytes);
    return bytes;
  }

  function manifestBytes(image: ResolvedImage, digest: string): Promise<Buffer> {
    return cached(digest, () => registry.manifest(withDigest(image.reference, digest)));
  }

  async function blob(image: ResolvedImage, descriptor: Descriptor): Promise<Buffer> {
    const bytes = await cached(descriptor.digest, () => registry.blob(image.reference, descriptor));
    if (bytes.length === descriptor.size) return bytes;
    throw brokenImage(
      image.text,
      `blob ${descriptor.digest} has ${bytes.length} bytes, its manifest says ${descriptor.size}`,
    );
  }

  /** The image's manifest, through as many indexes as lie before it. */
  async function manifest(image: ResolvedImage): Promise<ImageManifest> {
    let digest = image.digest;
    for (let depth = 0; depth <= MAX_INDEX_DEPTH; depth++) {
      const parsed = parseManifest(await manifestBytes(image, digest), image.text);
      if (parsed.kind === 'manifest') return parsed;
      digest = chooseManifest(parsed, image.text).digest;
    }
    throw unsupported(image.text, 'its indexes are nested too deep');
  }

  async function load(image: ResolvedImage): Promise<ConfigImage> {
    const { config, layers } = await manifest(image);
    checkSizes(config, layers, image.text, limits);
    const [configBytes, ...layerBytes] = await Promise.all(
      [config, ...layers].map((descriptor) => blob(image, descriptor)),
    );
    const diffIds = parseDiffIds(configBytes ?? new Uint8Array(), image.text);
    if (diffIds.length !== layers.length) {
      throw brokenImage(
        image.text,
        `it has ${layers.length} layers and ${diffIds.length} diff_ids`,
      );
    }
    const packed = layerBytes.map((bytes, i) => ({
      digest: layers[i]?.digest ?? '',
      bytes,
      diffId: diffIds[i] ?? '',
    }));
    const files = await unpackLayers(packed, image.text, limits);
    return readConfigImage(image.digest, files, image.text);
  }

  return {
    resolve(reference) {
      return once(resolved, `${reference.insecure} ${formatReference(reference)}`, async () => {
        const digest = await registry.digest(reference);
        return { reference, digest, text: formatReference(withDigest(reference, digest)) };
      });
    },
    load: (image) => once(loaded, image.text, () => loading(() => load(image))),
    async manifestDigests(image) {
      const parsed = parseManifest(await manifestBytes(image, image.digest), image.text);
      return parsed.kind === 'index' ? parsed.manifests.map(({ digest }) => digest) : [];
    },
    close: () => registry.close(),
  };
}

/** Refuses by what the manifest says, before anything is fetched. */
function checkSizes(
  config: Descriptor,
  layers: readonly Descriptor[],
  image: string,
  limits: ImageLimits,
): void {
  if (config.size > limits.manifestBytes) {
    throw imageTooLarge(
      image,
      `its configuration has ${config.size} bytes`,
      'manifestBytes',
      limits,
    );
  }
  if (layers.length > limits.layers) {
    throw imageTooLarge(image, `it has ${layers.length} layers`, 'layers', limits);
  }
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limits.compressedBytes) {
    throw imageTooLarge(image, `its layers have ${bytes} bytes`, 'compressedBytes', limits);
  }
}

/** Does work once for each key; who comes later gets the same outcome, a failure too. */
function once<T>(done: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = done.get(key) ?? work();
  done.set(key, known);
  return known;
}
