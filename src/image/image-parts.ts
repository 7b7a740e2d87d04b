import * as z from 'zod/mini';
import { brokenImage, imageTooLarge } from './image-error.ts';
import { parseJsonBytes } from './json-bytes.ts';
import type { ImageLimits } from './limits.ts';
import { type Descriptor, descriptorSchema, unsupported } from './manifest.ts';
import type { StoredImage } from './stored-image.ts';

/** A manifest or index with its bytes, or a blob. */
export type ImagePart =
  | { readonly kind: 'blob'; readonly descriptor: Descriptor }
  | { readonly kind: 'manifest'; readonly descriptor: Descriptor; readonly bytes: Buffer };

/** Whatever a manifest or index of any sort names; attestations and artifacts are carried along. */
const namesSchema = z.looseObject({
  manifests: z._default(z.array(descriptorSchema), []),
  config: z.optional(descriptorSchema),
  layers: z._default(z.array(descriptorSchema), []),
  blobs: z._default(z.array(descriptorSchema), []),
});

/**
 * Lists everything that an image consists of, each once and after all that it names: the order in which
 * a registry takes it.
 *
 * @param name how errors name the image
 * @throws UserError `unsupported-manifest`, `broken-image`, `image-too-large`
 */
export async function listParts(
  image: StoredImage,
  name: string,
  limits: ImageLimits,
): Promise<ImagePart[]> {
  const parts = new Map<string, ImagePart>();
  const seen = new Set<string>();
  const visit = async (descriptor: Descriptor): Promise<void> => {
    if (seen.has(descriptor.digest)) return;
    seen.add(descriptor.digest);
    if (seen.size > limits.entries) {
      throw imageTooLarge(name, 'it has too many manifests', 'entries', limits);
    }
    if (descriptor.size > limits.manifestBytes) {
      const what = `its manifest ${descriptor.digest} has ${descriptor.size} bytes`;
      throw imageTooLarge(name, what, 'manifestBytes', limits);
    }
    const bytes = await image.read(descriptor.digest);
    const names = namesSchema.safeParse(parseJsonBytes(bytes));
    if (!names.success) throw unsupported(name, `${descriptor.digest} is not a manifest`);
    const { manifests, config = [], layers, blobs } = names.data;
    for (const child of manifests) await visit(child);
    for (const blob of [config, layers, blobs].flat()) {
      parts.set(blob.digest, { kind: 'blob', descriptor: blob });
    }
    parts.set(descriptor.digest, { kind: 'manifest', descriptor, bytes });
  };
  await visit(image.root);
  return [...parts.values()];
}

/** The bytes of a blob. @throws UserError `broken-image` where they are not as many as was said */
export async function readPart(image: StoredImage, part: ImagePart, name: string): Promise<Buffer> {
  if (part.kind === 'manifest') return part.bytes;
  const { digest, size } = part.descriptor;
  const bytes = await image.read(digest);
  if (bytes.length === size) return bytes;
  throw brokenImage(name, `blob ${digest} has ${bytes.length} bytes, its manifest says ${size}`);
}
