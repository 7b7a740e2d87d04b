import { pushImage } from '../image/push-image.ts';
import {
  formatReference,
  isRepository,
  parseReference,
  type TagReference,
} from '../image/reference.ts';
import type { StoredImage } from '../image/stored-image.ts';
import { UsageError } from '../model/errors.ts';
import { type BuildFlags, buildImage } from './build.ts';
import { placeOf } from './image-place.ts';
import { openImage } from './inspect.ts';
import type { Workbench } from './workbench.ts';

/** Flags of a push: those of a build, where it is not of an image that was built before. */
export interface PushImageFlags extends Omit<BuildFlags, 'directory' | 'file' | 'filesFrom'> {
  /** More tags, for every repository. */
  readonly tag?: readonly string[];
}

/** An image in one repository, after a push. */
export interface Pushed {
  /** Resolved, without scheme: `host/repository@digest`. */
  readonly reference: string;
  readonly tags: readonly string[];
  /** How many blobs the repository had already, took from another one, and was sent. */
  readonly blobs: { readonly there: number; readonly mounted: number; readonly sent: number };
}

/**
 * Pushes a config image: one that was built before, or one that is built now.
 *
 * @param source an OCI layout, or the root folder of a program
 * @param references where to: repositories, with or without a tag
 * @throws UsageError, UserError and ServiceError for what is wrong with flags, image or registry
 */
export async function pushConfig(
  source: string,
  references: readonly string[],
  flags: PushImageFlags,
  bench: Workbench,
): Promise<Pushed[]> {
  const targets = targetsOf(references, flags.tag ?? []);
  const image = await openSource(source, flags, bench);
  const limits = bench.imageLimits;
  const pushed = await pushImage(bench.uploader, image, targets, { name: source, limits });
  return pushed.map(({ reference, ...rest }) => ({
    reference: formatReference(reference),
    ...rest,
  }));
}

async function openSource(
  source: string,
  flags: PushImageFlags,
  bench: Workbench,
): Promise<StoredImage> {
  if ((await placeOf(source)) !== 'layout') {
    return (await buildImage({ ...flags, directory: source }, bench)).image;
  }
  const { entrypoint, binary, binaryRepository, binaryDigestFile, binaryLayout, platform } = flags;
  const building = [entrypoint, binary, binaryRepository, binaryDigestFile, binaryLayout, platform];
  if (building.some((flag) => flag !== undefined)) {
    throw new UsageError(`${source} is built already; the flags that build an image have no say`, {
      code: 'already-built',
      hint: 'leave them out, or name the root folder of the program',
    });
  }
  // Anything but a config image would only be noticed by those who deploy it.
  return (await openImage(source, bench)).image;
}

/** Every repository with its own tag and the others; `latest` where there would be none. */
function targetsOf(references: readonly string[], tags: readonly string[]): TagReference[] {
  return references.flatMap((text) => {
    const reference = parseReference(text);
    if (reference.kind === 'digest') {
      throw new UsageError(`"${text}" names a digest; an image has the one that it has`, {
        code: 'push-by-digest',
        hint: 'write REPOSITORY or REPOSITORY:TAG',
      });
    }
    const others = tags.map((tag) => parseReference(`${untagged(text)}:${tag}`) as TagReference);
    return tags.length > 0 && untagged(text) === text ? others : [reference, ...others];
  });
}

/** A reference as written, without its tag. */
function untagged(text: string): string {
  return isRepository(text) ? text : text.slice(0, text.lastIndexOf(':'));
}
