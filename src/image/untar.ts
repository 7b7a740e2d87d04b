import { extract, type Header } from 'tar-stream';
import { UserError } from '../model/errors.ts';
import { brokenImage, imageTooLarge, unsafeImage } from './image-error.ts';
import type { ImagePath, LayerEntry } from './image-tree.ts';
import type { ImageLimits } from './limits.ts';

// OCI image spec 1.1, "Whiteouts".
const WHITEOUT = '.wh.';
const OPAQUE_WHITEOUT = '.wh..wh..opq';
/** Other marks of the aufs file system, which say nothing about the tree. */
const AUFS_PREFIX = '.wh..wh.';

/**
 * Reads the entries of a layer's tar archive, in their order.
 *
 * @param image how errors name the image
 * @throws UserError `unsafe-image` for a path or link that leaves the image, or an entry that is
 *   neither file, folder nor link; `image-too-large`; `broken-image`
 */
export async function untar(
  archive: Buffer,
  image: string,
  limits: ImageLimits,
): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = [];
  const reader = extract();
  reader.end(archive);
  let count = 0;
  try {
    for await (const entry of reader) {
      if (++count > limits.entries) {
        throw imageTooLarge(image, 'a layer has too many entries', 'entries', limits);
      }
      const described = describe(entry.header, image, limits);
      if (described?.kind === 'file') {
        entries.push({ ...described, bytes: await readAll(entry) });
        continue;
      }
      // Not awaited: the body of a folder that claims a size never ends (tar-stream 3.2).
      entry.resume();
      if (described !== undefined) entries.push(described);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw brokenImage(image, `a layer is not a tar archive (${(error as Error).message})`, error);
  }
  return entries;
}

async function readAll(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

type Described =
  | Exclude<LayerEntry, { kind: 'file' }>
  | { readonly kind: 'file'; readonly path: ImagePath };

/** What a header says; undefined for what has no meaning here. */
function describe(header: Header, image: string, limits: ImageLimits): Described | undefined {
  const path = readPath(header.name, image, limits);
  // The library takes some nonsense for a size and would wait for it for ever.
  if (!Number.isSafeInteger(header.size)) throw brokenImage(image, `"${header.name}" has no size`);
  // The library's types hide that it gives null here.
  const linkname = header.linkname ?? '';
  const name = path.at(-1) ?? '';
  if (name.startsWith(WHITEOUT)) return describeWhiteout(path, name, image);
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      if (path.length === 0) throw unsafeImage(image, `"${header.name}" is a file without a name`);
      if (header.size > limits.fileBytes) {
        throw imageTooLarge(
          image,
          `"${header.name}" has ${header.size} bytes`,
          'fileBytes',
          limits,
        );
      }
      return { kind: 'file', path };
    case 'directory':
      return { kind: 'directory', path };
    case 'symlink':
      return {
        kind: 'symbolic-link',
        path,
        target: readTarget(path, { ...header, linkname }, image, limits),
      };
    case 'link':
      return { kind: 'hard-link', path, target: readPath(linkname, image, limits) };
    default:
      throw unsafeImage(image, `"${header.name}" is a ${header.type ?? 'thing of unknown type'}`);
  }
}

function describeWhiteout(path: ImagePath, name: string, image: string): Described | undefined {
  const parent = path.slice(0, -1);
  if (name === OPAQUE_WHITEOUT) return { kind: 'opaque-whiteout', path: parent };
  if (name.startsWith(AUFS_PREFIX)) return undefined;
  const hidden = name.slice(WHITEOUT.length);
  if (['', '.', '..'].includes(hidden)) {
    throw unsafeImage(image, `"${path.join('/')}" takes away no file`);
  }
  return { kind: 'whiteout', path: [...parent, hidden] };
}

/** The path of an entry; `./` before it and a slash after it are usual. */
function readPath(name: string, image: string, limits: ImageLimits): ImagePath {
  checkPath(name, image, limits);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw unsafeImage(image, `the path "${name}" leads out of it`);
  return parts;
}

/** Where a symbolic link leads, from the root. */
function readTarget(
  path: ImagePath,
  { name, linkname }: Header,
  image: string,
  limits: ImageLimits,
): ImagePath {
  checkPath(linkname, image, limits);
  const parts = path.slice(0, -1);
  for (const part of linkname.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) {
      throw unsafeImage(image, `the link "${name}" leads out of it, to "${linkname}"`);
    }
  }
  return parts;
}

function checkPath(path: string, image: string, limits: ImageLimits): void {
  const shown = `"${path.slice(0, 100)}"`;
  if (Buffer.byteLength(path) > limits.pathBytes) {
    throw imageTooLarge(image, `the path ${shown}… is long`, 'pathBytes', limits);
  }
  if (path.startsWith('/')) throw unsafeImage(image, `the path ${shown} is absolute`);
  if (path.includes('\0')) throw unsafeImage(image, `the path ${shown} holds a zero byte`);
}
