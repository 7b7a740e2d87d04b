import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { decompress } from './decompress.ts';
import { digestParts, hasDigest } from './digest.ts';
import { brokenImage, imageTooLarge } from './image-error.ts';
import type { ImageLimits } from './limits.ts';
import { parseManifest } from './manifest.ts';
import type { StoredImage } from './stored-image.ts';
import { untar } from './untar.ts';

/** The file that makes a folder an OCI layout (OCI image spec 1.1, "Image Layout"). */
export const LAYOUT_MARK = 'oci-layout';
/** The file that names a layout's images. */
export const LAYOUT_INDEX = 'index.json';

/** Where a layout keeps a manifest or blob. @param digest must have passed `isDigest` */
export function blobFile(digest: string): string {
  const { algorithm, hex } = digestParts(digest);
  return `blobs/${algorithm}/${hex}`;
}

/** Gives a file of a layout by its path in it; undefined where there is none. */
type ReadFile = (path: string) => Promise<Buffer | undefined>;

/**
 * Opens the one image of an OCI layout: a folder, or a tar archive of one, packed or not.
 *
 * @throws UserError `no-layout` where it is none or holds another number of images, `image-too-large`,
 *   `broken-image`, `unsafe-image`
 */
export async function openLayout(path: string, limits: ImageLimits): Promise<StoredImage> {
  const isFolder = (await stat(path)).isDirectory();
  const read = isFolder ? folderReader(path, limits) : await archiveReader(path, limits);
  const index = await read(LAYOUT_INDEX);
  if ((await read(LAYOUT_MARK)) === undefined || index === undefined) {
    throw noLayout(path, `it has no ${index === undefined ? LAYOUT_INDEX : LAYOUT_MARK}`);
  }
  const parsed = parseManifest(index, path);
  const [root, ...others] = parsed.kind === 'index' ? parsed.manifests : [];
  if (root === undefined || others.length > 0) {
    throw noLayout(path, `it holds ${others.length + (root ? 1 : 0)} images, expected one`);
  }
  return {
    root,
    read: async (digest) => {
      const bytes = await read(blobFile(digest));
      if (bytes === undefined) throw brokenImage(path, `it has no ${digest}`);
      if (!hasDigest(bytes, digest)) throw brokenImage(path, `${digest} has another content`);
      return bytes;
    },
  };
}

function folderReader(folder: string, limits: ImageLimits): ReadFile {
  return async (name) => {
    const path = join(folder, name);
    const size = await stat(path).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (size === undefined) return undefined;
    refuseLarge(path, size, limits);
    return await readFile(path);
  };
}

async function archiveReader(path: string, limits: ImageLimits): Promise<ReadFile> {
  refuseLarge(path, (await stat(path)).size, limits);
  const archive = await decompress(await readFile(path), limits.unpackedBytes);
  if (typeof archive === 'string') throw noLayout(path, `it is ${archive.replaceAll('-', ' ')}`);
  const entries = await untar(archive, path, limits);
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    if (entry.kind === 'file') files.set(entry.path.join('/'), Buffer.from(entry.bytes));
  }
  return async (name) => files.get(name);
}

function refuseLarge(path: string, size: number, limits: ImageLimits): void {
  if (size <= limits.compressedBytes) return;
  throw imageTooLarge(path, `it has ${size} bytes`, 'compressedBytes', limits);
}

function noLayout(path: string, why: string): UserError {
  return new UserError(`${path} is not an OCI layout of one image: ${why}.`, {
    code: 'no-layout',
    hint: 'Expected a folder or tar archive with oci-layout, index.json and blobs, as sisyphus config build writes it.',
  });
}
