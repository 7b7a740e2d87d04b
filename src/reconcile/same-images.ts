import type { ImageSource, ResolvedImage } from '../image/image-source.ts';
import type { DesiredObject } from '../model/desired.ts';
import { IMAGE_ANNOTATION } from '../model/image-annotation.ts';
import { sameObjectId, valueAt } from '../model/object.ts';
import type { RecordedObject } from '../model/record.ts';

/**
 * Finds how the Original recorded images: by the digest of an index's first manifest. A registry is asked
 * only for an image of which another digest is recorded, at an object that this program never sent.
 *
 * @param images the images that objects were rendered from
 * @returns by the image as it is resolved now, every other name for it
 */
export async function findSameImages(
  desired: readonly DesiredObject[],
  recorded: readonly RecordedObject[],
  images: readonly ResolvedImage[],
  source: Pick<ImageSource, 'manifestDigests'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byId = new Map(recorded.map((object) => [sameObjectId(object.key), object]));
  const doubtful = new Set(
    desired.filter((one) => isDoubtful(one, byId)).map(({ image }) => image),
  );
  const found = images
    .filter(({ text }) => doubtful.has(text))
    .map(async (image): Promise<[string, string[]]> => {
      const digests = await source.manifestDigests(image);
      return [image.text, digests.map((digest) => `${repositoryOf(image.text)}@${digest}`)];
    });
  return new Map(await Promise.all(found));
}

function isDoubtful(
  { key, image, manifest }: DesiredObject,
  byId: ReadonlyMap<string, RecordedObject>,
): boolean {
  if (image === undefined) return false;
  const recorded = byId.get(sameObjectId(key));
  if (recorded === undefined) return false;
  // The first is known without reading what was sent.
  if (recorded.isSent?.(manifest) || recorded.sent !== undefined) return false;
  const before = valueAt(recorded.answer, 'metadata', 'annotations', IMAGE_ANNOTATION);
  return (
    typeof before === 'string' && before !== image && repositoryOf(before) === repositoryOf(image)
  );
}

function repositoryOf(image: string): string {
  return image.slice(0, image.indexOf('@'));
}
