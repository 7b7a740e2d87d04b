import * as z from 'zod/mini';
import { IN_ENGLISH } from '../in-english.ts';
import { UserError } from '../model/errors.ts';
import { isDigest } from './digest.ts';
import { parseJsonBytes } from './json-bytes.ts';
import { printable } from './printable.ts';

// OCI image spec 1.1 and Docker's image manifest version 2, schema 2.
const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const CONFIG_TYPES = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** Everything we ask a registry for, so that it converts nothing. */
export const MANIFEST_MEDIA_TYPES: readonly string[] = [...INDEX_TYPES, ...MANIFEST_TYPES];

/** Layers that hold a tar archive; how it is compressed is told by the first bytes, see decompress.ts. */
const LAYER_TYPE =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar)(?:[+.](?:gzip|zstd))?$/;

const digestSchema = z.string().check(z.refine(isDigest, 'expected a digest'));

/** What every descriptor has. */
export const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.int().check(z.nonnegative()),
});
const childSchema = z.extend(descriptorSchema, {
  artifactType: z.optional(z.string()),
  platform: z.optional(
    z.looseObject({
      os: z.string(),
      architecture: z.string(),
      variant: z.optional(z.string()),
    }),
  ),
});
const indexSchema = z.looseObject({ manifests: z.array(childSchema) });
const manifestSchema = z.looseObject({
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
const configSchema = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(digestSchema) }),
});

/** What a manifest says of a blob or of another manifest. */
export type Descriptor = z.infer<typeof descriptorSchema>;
/** An entry of an index. */
export type ChildDescriptor = z.infer<typeof childSchema>;

/** Several manifests under one digest, one for each platform. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly manifests: readonly ChildDescriptor[];
}

/** One image: its configuration and its layers, the lowest first. */
export interface ImageManifest {
  readonly kind: 'manifest';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/**
 * Reads a manifest or an index. Which of the two it is must be clear from its content alone: one
 * that could be read as both is refused (OCI image spec 1.1, "Verify descriptor's content").
 *
 * @param image how errors name the image
 * @throws UserError `unsupported-manifest`
 */
export function parseManifest(bytes: Uint8Array, image: string): ImageIndex | ImageManifest {
  const fields = z
    .looseObject({ mediaType: z.optional(z.string()) })
    .safeParse(parseJsonBytes(bytes));
  if (!fields.success) throw unsupported(image, 'its manifest is not a JSON object');
  const { schemaVersion, mediaType, manifests, layers } = fields.data;
  if (schemaVersion !== 2) {
    throw unsupported(
      image,
      `its manifest has the schema version ${String(schemaVersion)}, expected 2`,
    );
  }
  if (manifests !== undefined && layers !== undefined) {
    throw unsupported(image, 'its manifest has both "manifests" and "layers"');
  }
  const isIndex = manifests !== undefined;
  const known = isIndex ? INDEX_TYPES : MANIFEST_TYPES;
  if (mediaType !== undefined && !known.includes(mediaType)) {
    throw unsupported(image, `its manifest has the media type ${mediaType}, expected ${known[0]}`);
  }
  if (isIndex) return { kind: 'index', ...check(indexSchema, fields.data, image, 'its index') };
  const manifest = check(manifestSchema, fields.data, image, 'its manifest');
  if (!CONFIG_TYPES.includes(manifest.config.mediaType)) {
    throw unsupported(
      image,
      `it is an artifact of type ${manifest.config.mediaType}, not an image`,
    );
  }
  for (const { mediaType } of manifest.layers) {
    if (!LAYER_TYPE.test(mediaType))
      throw unsupported(image, `it has a layer of type ${mediaType}`);
  }
  return { kind: 'manifest', ...manifest };
}

/**
 * Reads the digests of the unpacked layers from an image's configuration.
 *
 * @throws UserError `unsupported-manifest`
 */
export function parseDiffIds(bytes: Uint8Array, image: string): readonly string[] {
  const config = check(configSchema, parseJsonBytes(bytes), image, 'its configuration');
  return config.rootfs.diff_ids;
}

/**
 * The entry of an index to read. Config images are the same on every platform, so any will do:
 * linux/amd64, else the first that is an image (not an attestation, which has the platform
 * `unknown/unknown`, or another artifact).
 *
 * @throws UserError `unsupported-manifest` when there is none
 */
export function chooseManifest(index: ImageIndex, image: string): ChildDescriptor {
  const usable = index.manifests.filter(
    ({ mediaType, artifactType, platform }) =>
      MANIFEST_MEDIA_TYPES.includes(mediaType) &&
      artifactType === undefined &&
      platform?.os !== 'unknown',
  );
  const chosen =
    usable.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64') ??
    usable[0];
  if (chosen === undefined) throw unsupported(image, 'its index lists no image');
  return chosen;
}

/** The error for what is no image that can be read. */
export function unsupported(image: string, why: string): UserError {
  return new UserError(`${image} is not an image that can be read: ${printable(why)}.`, {
    code: 'unsupported-manifest',
    hint: 'Expected an OCI image or a Docker image (manifest version 2, schema 2).',
  });
}

function check<T>(schema: z.ZodMiniType<T>, value: unknown, image: string, what: string): T {
  const checked = schema.safeParse(value, IN_ENGLISH);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw unsupported(image, `${what} is wrong${where} (${issue?.message ?? 'not an object'})`);
}
