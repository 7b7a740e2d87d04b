import { UserError } from '../model/errors.ts';
import { INDEX_FILE } from './config-image.ts';
import { digestOf } from './digest.ts';
import { brokenImage } from './image-error.ts';
import type { Descriptor } from './manifest.ts';
import { packTar } from './pack-tar.ts';
import type { Platform } from './platform.ts';
import { storeGzip } from './store-gzip.ts';
import type { StoredImage } from './stored-image.ts';

/** What a config image is made of. */
export interface ConfigImageSource {
  /** Starlark files by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The program among them. */
  readonly entrypoint: string;
  /** The image that it is for; the repository without scheme, tag and digest. */
  readonly binary: { readonly repository: string; readonly digest: string };
  readonly platforms: readonly Platform[];
}

// OCI image spec 1.1, "Media Types".
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** As other reproducible builders say: an image without a date is odd to some tools. */
const CREATED = '1970-01-01T00:00:00Z';

/**
 * Packs a config image: an index with one manifest for each platform, all over the same layer. The same
 * source gives the same digest, whatever the machine, the folder or the time.
 *
 * @throws UserError `reserved-path` for a program file that is called index.json
 */
export async function packConfigImage(source: ConfigImageSource): Promise<StoredImage> {
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, bytes: Buffer): Descriptor => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const addJson = (mediaType: string, value: object) =>
    add(mediaType, Buffer.from(JSON.stringify(value)));

  const archive = await packTar(filesOf(source));
  const layer = add(LAYER_TYPE, storeGzip(archive));
  const rootfs = { type: 'layers', diff_ids: [digestOf(archive)] };
  const manifests = source.platforms.map((platform) => {
    const config = addJson(CONFIG_TYPE, { created: CREATED, ...platform, config: {}, rootfs });
    const fields = { schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [layer] };
    return { ...addJson(MANIFEST_TYPE, fields), platform };
  });
  const root = addJson(INDEX_TYPE, { schemaVersion: 2, mediaType: INDEX_TYPE, manifests });
  return {
    root,
    read: async (digest) => {
      const bytes = blobs.get(digest);
      if (bytes === undefined) throw brokenImage('the image', `it has no ${digest}`);
      return bytes;
    },
  };
}

function filesOf({ files, entrypoint, binary }: ConfigImageSource): Map<string, Uint8Array> {
  if (files.has(INDEX_FILE)) {
    throw new UserError(`The program has a file ${INDEX_FILE}, where the image keeps its own.`, {
      code: 'reserved-path',
      hint: 'Give that file another name.',
    });
  }
  const index = {
    binary_digest: binary.digest,
    binary_repository: binary.repository,
    config_entrypoint: entrypoint,
  };
  const texts = [...files, [INDEX_FILE, `${JSON.stringify(index, null, 2)}\n`] as const];
  return new Map(texts.map(([path, text]) => [path, Buffer.from(text)]));
}
