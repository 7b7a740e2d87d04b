import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { replaceFile } from '../replace-file.ts';
import { listParts, readPart } from './image-parts.ts';
import { blobFile, LAYOUT_INDEX, LAYOUT_MARK } from './layout.ts';
import type { ImageLimits } from './limits.ts';
import { packTar } from './pack-tar.ts';
import type { StoredImage } from './stored-image.ts';

/**
 * Writes an image as an OCI layout: a tar archive where the name ends in `.tar`, else a folder. What was
 * there is replaced if it is such a thing itself; nobody ever reads half of the new one.
 *
 * @throws UserError `output-exists` for a folder with other things in it, `output-failed`
 */
export async function writeLayout(
  image: StoredImage,
  path: string,
  limits: ImageLimits,
): Promise<void> {
  const files = await layoutFiles(image, path, limits);
  try {
    if (path.endsWith('.tar')) await writeInto(path, await packTar(files));
    else await writeFolder(path, files);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`The image cannot be written to ${path} (${why}).`, {
      code: 'output-failed',
      cause: error,
    });
  }
}

/** The files of a layout by path; the index, which makes the others count, comes last. */
async function layoutFiles(
  image: StoredImage,
  name: string,
  limits: ImageLimits,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const part of await listParts(image, name, limits)) {
    files.set(blobFile(part.descriptor.digest), await readPart(image, part, name));
  }
  files.set(LAYOUT_MARK, Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [image.root],
  };
  files.set(LAYOUT_INDEX, Buffer.from(JSON.stringify(index)));
  return files;
}

async function writeFolder(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = await readdir(folder);
  if (before.length > 0 && !before.includes(LAYOUT_MARK)) {
    throw new UserError(`The folder ${folder} holds other things than an OCI layout.`, {
      code: 'output-exists',
      hint: 'Name a folder that is empty, or that is not there yet.',
    });
  }
  for (const [path, bytes] of files) {
    await writeInto(join(folder, path), bytes);
  }
  await removeOthers(folder, files);
}

/** Removes the blobs that only an earlier image had, so that the same image leaves the same folder. */
async function removeOthers(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  const kept = new Set([...files.keys()].map((path) => basename(path)));
  for (const algorithm of await readdir(join(folder, 'blobs'))) {
    for (const hex of await readdir(join(folder, 'blobs', algorithm))) {
      if (!kept.has(hex)) await rm(join(folder, 'blobs', algorithm, hex));
    }
  }
}

/** Makes the file's folder as well. */
async function writeInto(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  replaceFile(path, bytes);
}
