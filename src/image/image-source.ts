import pLimit from 'p-limit';
import { openBlobStore } from './blob-store.ts';
import { type ConfigImage, readConfigImage } from './config-image.ts';
import type { Credentials } from './credentials.ts';
import type { HttpOptions } from './http.ts';
import { type ImageContent, type ImageReader, readImageContent } from './image-content.ts';
import { cachedRegistry, rememberTags } from './known-tags.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.ts';
import { parseManifest } from './manifest.ts';
import { formatReference, type Reference, withDigest } from './reference.ts';
import { createRegistryClient, type RegistryClient } from './registry.ts';

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
  /** Reads an image as it is, whether or not it is a config image. */
  open(image: ResolvedImage): Promise<ImageContent>;
  /** The digests of the manifests that an index lists; none when the image is a single manifest. */
  manifestDigests(image: ResolvedImage): Promise<readonly string[]>;
  /** Breaks off what is under way and closes the connections. */
  close(): Promise<void>;
}

/** What every image source stands on. */
interface CacheOptions {
  /** Where blobs and manifests are kept by digest, and what tags stood for. */
  readonly cacheDirectory: string;
  readonly limits?: Partial<ImageLimits>;
}

/** What an image source stands on that asks registries. */
export interface ImageSourceOptions extends CacheOptions, HttpOptions {
  readonly credentials: Credentials;
  /** Requests under way at once to one registry. */
  readonly concurrency?: number;
}

/** Images unpacked at once: each may take as much memory as the limits allow. */
const PARALLEL_LOADS = 8;

/**
 * Opens a source of config images that asks registries. Its methods throw what
 * {@link createRegistryClient} throws, and UserError `unsupported-manifest`, `broken-image`,
 * `unsafe-image`, `image-too-large`, `broken-config-image`.
 */
export function createImageSource(options: ImageSourceOptions): ImageSource {
  const { manifestBytes } = { ...DEFAULT_IMAGE_LIMITS, ...options.limits };
  const registry = createRegistryClient({ ...options, manifestBytes });
  return imageSourceOver(rememberTags(registry, options.cacheDirectory), options);
}

/**
 * Opens a source of config images that asks nobody; what the cache lacks is UserError
 * `image-not-cached`.
 */
export function createCachedImageSource(options: CacheOptions): ImageSource {
  return imageSourceOver(cachedRegistry(options.cacheDirectory), options);
}

function imageSourceOver(registry: RegistryClient, options: CacheOptions): ImageSource {
  const limits = { ...DEFAULT_IMAGE_LIMITS, ...options.limits };
  const store = openBlobStore(options.cacheDirectory);
  const loading = pLimit(PARALLEL_LOADS);
  const resolved = new Map<string, Promise<ResolvedImage>>();
  const loaded = new Map<string, Promise<ConfigImage>>();

  async function cached(digest: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
    const kept = store.read(digest);
    if (kept !== undefined) return kept;
    const bytes = await fetch();
    store.write(digest, bytes);
    return bytes;
  }

  const readerOf = ({ reference }: ResolvedImage): ImageReader => ({
    manifest: (digest) => cached(digest, () => registry.manifest(withDigest(reference, digest))),
    blob: (descriptor) => cached(descriptor.digest, () => registry.blob(reference, descriptor)),
  });

  const open = (image: ResolvedImage): Promise<ImageContent> =>
    loading(() => readImageContent(readerOf(image), image.digest, image.text, limits));

  return {
    resolve(reference) {
      return once(resolved, `${reference.insecure} ${formatReference(reference)}`, async () => {
        const digest = await registry.digest(reference);
        return { reference, digest, text: formatReference(withDigest(reference, digest)) };
      });
    },
    load: (image) =>
      once(loaded, image.text, async () =>
        readConfigImage(image.digest, (await open(image)).files, image.text),
      ),
    open,
    async manifestDigests(image) {
      const parsed = parseManifest(await readerOf(image).manifest(image.digest), image.text);
      return parsed.kind === 'index' ? parsed.manifests.map(({ digest }) => digest) : [];
    },
    close: () => registry.close(),
  };
}

/** Does work once for each key; who comes later gets the same outcome, a failure too. */
function once<T>(done: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = done.get(key) ?? work();
  done.set(key, known);
  return known;
}
