import { listParts, readPart } from './image-parts.ts';
import type { ImageLimits } from './limits.ts';
import {
  type DigestReference,
  formatRepository,
  type Repository,
  type TagReference,
  withDigest,
} from './reference.ts';
import type { Arrival, RegistryUploader } from './registry-upload.ts';
import type { StoredImage } from './stored-image.ts';

/** An image in one repository, after a push. */
export interface PushedImage {
  readonly reference: DigestReference;
  readonly tags: readonly string[];
  /** How many of its blobs came there in which way. */
  readonly blobs: Readonly<Record<Arrival, number>>;
}

/**
 * Pushes an image under tags, to each repository once. What a repository has already is not sent again,
 * and what another one of the same registry got before is taken from there. The tags come last.
 *
 * @param name how errors name the image
 * @throws what {@link RegistryUploader} and {@link listParts} throw
 */
export async function pushImage(
  uploader: RegistryUploader,
  image: StoredImage,
  targets: readonly TagReference[],
  { name, limits }: { readonly name: string; readonly limits: ImageLimits },
): Promise<PushedImage[]> {
  const pushed: PushedImage[] = [];
  const complete: Repository[] = [];
  for (const [repository, tags] of tagsByRepository(targets)) {
    const from = complete.find(({ registry }) => registry === repository.registry);
    const blobs = await pushContent(uploader, image, { repository, from, name, limits });
    const bytes = await image.read(image.root.digest);
    for (const tag of tags) {
      await uploader.manifest({ ...repository, kind: 'tag', tag }, image.root, bytes);
    }
    complete.push(repository);
    pushed.push({ reference: withDigest(repository, image.root.digest), tags, blobs });
  }
  return pushed;
}

interface ContentTarget {
  readonly repository: Repository;
  readonly from: Repository | undefined;
  readonly name: string;
  readonly limits: ImageLimits;
}

/** Brings everything that an image consists of into a repository; what names others after them. */
async function pushContent(
  uploader: RegistryUploader,
  image: StoredImage,
  { repository, from, name, limits }: ContentTarget,
): Promise<PushedImage['blobs']> {
  const counts = { there: 0, mounted: 0, sent: 0 };
  const parts = await listParts(image, name, limits);
  const blobs = parts.filter(({ kind }) => kind === 'blob');
  // A registry takes a manifest only when it has all that it names.
  if (await uploader.hasManifest(repository, image.root.digest)) {
    return { ...counts, there: blobs.length };
  }
  await Promise.all(
    blobs.map(async (part) => {
      const read = () => readPart(image, part, name);
      counts[await uploader.blob(repository, part.descriptor, read, from)] += 1;
    }),
  );
  for (const { kind, descriptor } of parts) {
    if (kind !== 'manifest' || descriptor.digest === image.root.digest) continue;
    const bytes = await image.read(descriptor.digest);
    await uploader.manifest(withDigest(repository, descriptor.digest), descriptor, bytes);
  }
  return counts;
}

function tagsByRepository(targets: readonly TagReference[]): [Repository, string[]][] {
  const groups = new Map<string, [Repository, string[]]>();
  for (const { tag, insecure, registry, repository } of targets) {
    const target = { insecure, registry, repository };
    const group = groups.get(formatRepository(target)) ?? [target, []];
    if (!group[1].includes(tag)) group[1].push(tag);
    groups.set(formatRepository(target), group);
  }
  return [...groups.values()];
}
