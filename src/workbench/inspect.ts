import { type ConfigImage, readConfigImage } from '../image/config-image.ts';
import { type ImageContent, readImageContent } from '../image/image-content.ts';
import { openLayout } from '../image/layout.ts';
import { formatPlatform } from '../image/platform.ts';
import { parseReference } from '../image/reference.ts';
import { readerOf, type StoredImage } from '../image/stored-image.ts';
import type { Binary } from '../model/application.ts';
import { UsageError, UserError } from '../model/errors.ts';
import { placeOf } from './image-place.ts';
import type { Workbench } from './workbench.ts';

/** A manifest or blob of an image. */
export interface Piece {
  readonly what: 'index' | 'manifest' | 'configuration' | 'layer';
  readonly digest: string;
  readonly size: number;
}

/** Everything that is known of a config image. */
export interface Inspection {
  /** What it is called: its resolved reference, or where it lies. */
  readonly image: string;
  readonly digest: string;
  readonly binary: Binary;
  readonly entrypoint: string;
  /** As `linux/amd64`; empty where it is a single manifest. */
  readonly platforms: readonly string[];
  /** From what its digest names down to the layers. */
  readonly pieces: readonly Piece[];
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Of all pieces. */
  readonly size: number;
}

/** An image with all that is in it. */
interface Opened {
  readonly name: string;
  readonly content: ImageContent;
  readonly config: ConfigImage;
}

/**
 * Reads a config image from a registry or an OCI layout, and tells what it consists of.
 *
 * @throws UsageError for a folder that is no layout; UserError and ServiceError for an image that is
 *   none or cannot be had
 */
export async function inspectImage(word: string, bench: Workbench): Promise<Inspection> {
  const { name, content, config } = await open(word, bench);
  const pieces = piecesOf(content);
  const files = [...content.files].map(([path, bytes]) => ({ path, size: bytes.length }));
  return {
    image: name,
    digest: config.digest,
    binary: { repository: config.binaryRepository, digest: config.binaryDigest },
    entrypoint: config.entrypoint,
    platforms: content.platforms.flatMap(({ platform }) => formatPlatform(platform) ?? []),
    pieces,
    files,
    size: pieces.reduce((sum, { size }) => sum + size, 0),
  };
}

/**
 * Gives one file of a config image.
 *
 * @throws UserError `no-such-file`, and what {@link inspectImage} throws
 */
export async function readFileOf(
  word: string,
  path: string,
  bench: Workbench,
): Promise<Uint8Array> {
  const { name, content } = await open(word, bench);
  const bytes = content.files.get(path);
  if (bytes !== undefined) return bytes;
  throw new UserError(`${name} has no file ${path}.`, {
    code: 'no-such-file',
    hint: `It has ${[...content.files.keys()].join(', ')}.`,
  });
}

/** Opens an OCI layout of a config image. @throws UserError where it is none */
export async function openImage(
  path: string,
  { imageLimits }: Workbench,
): Promise<Omit<Opened, 'name'> & { readonly image: StoredImage }> {
  const image = await openLayout(path, imageLimits);
  const { digest } = image.root;
  const content = await readImageContent(readerOf(image), digest, path, imageLimits);
  return { image, content, config: readConfigImage(digest, content.files, path) };
}

async function open(word: string, bench: Workbench): Promise<Opened> {
  const place = await placeOf(word);
  if (place === 'layout') return { name: word, ...(await openImage(word, bench)) };
  if (place !== 'reference') {
    throw new UsageError(`${word} is not an image`, {
      code: 'not-an-image',
      hint: 'expected a reference, an OCI layout, or a .tar archive of one',
    });
  }
  const image = await bench.images.resolve(parseReference(word));
  const content = await bench.images.open(image);
  const config = readConfigImage(image.digest, content.files, image.text);
  return { name: image.text, content, config };
}

function piecesOf({ chain, config, layers }: ImageContent): Piece[] {
  return [
    ...chain.map(({ digest, size }, i) => {
      const what = i === chain.length - 1 ? ('manifest' as const) : ('index' as const);
      return { what, digest, size };
    }),
    { what: 'configuration', digest: config.digest, size: config.size },
    ...layers.map(({ digest, size }) => ({ what: 'layer' as const, digest, size })),
  ];
}
