import { brokenImage, imageTooLarge } from './image-error.ts';
import type { ImageLimits } from './limits.ts';

/** A path from the image's root, in parts. */
export type ImagePath = readonly string[];

/** What one layer does to the tree. */
export type LayerEntry = { readonly path: ImagePath } & (
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'symbolic-link'; readonly target: ImagePath }
  | { readonly kind: 'hard-link'; readonly target: ImagePath }
  /** Takes away what lower layers have at the path. */
  | { readonly kind: 'whiteout' }
  /** Takes away what lower layers have below the path. */
  | { readonly kind: 'opaque-whiteout' }
);

type Node =
  | Directory
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'link'; readonly target: ImagePath };

interface Directory {
  readonly kind: 'directory';
  readonly children: Map<string, Node>;
}

/** How many links may lead to one another. */
const MAX_LINKS = 8;

/** The files of an image, built layer by layer, in memory. */
export class ImageTree {
  readonly #root = emptyDirectory();
  readonly #image: string;
  readonly #limits: ImageLimits;
  /** How many files, folders and links were made so far. */
  #made = 0;

  /** @param image how errors name the image */
  constructor(image: string, limits: ImageLimits) {
    this.#image = image;
    this.#limits = limits;
  }

  /**
   * Puts a layer on those below it (OCI image spec 1.1, "Applying Changesets"). Its whiteouts
   * concern the lower layers only, wherever in the layer they stand.
   *
   * @throws UserError `broken-image` for an entry that cannot be where it wants to be,
   *   `image-too-large`
   */
  apply(entries: readonly LayerEntry[]): void {
    for (const entry of entries) this.#removeLower(entry);
    for (const entry of entries) this.#place(entry);
  }

  /**
   * The content of every file by its path; a link to a file is a file too.
   *
   * @throws UserError `image-too-large` when links make the files more than the limit allows
   */
  files(): Map<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    let bytes = 0;
    const visit = (directory: Directory, prefix: string): void => {
      for (const [name, node] of directory.children) {
        if (node.kind === 'directory') visit(node, `${prefix}${name}/`);
        const file = node.kind === 'link' ? this.#follow(node.target) : node;
        if (file?.kind !== 'file') continue;
        bytes += file.bytes.length;
        files.set(`${prefix}${name}`, file.bytes);
      }
    };
    visit(this.#root, '');
    if (bytes <= this.#limits.unpackedBytes) return files;
    const what = `with its links it holds ${bytes} bytes`;
    throw imageTooLarge(this.#image, what, 'unpackedBytes', this.#limits);
  }

  #removeLower({ kind, path }: LayerEntry): void {
    const directory = this.#find(kind === 'whiteout' ? path.slice(0, -1) : path);
    if (directory?.kind !== 'directory') return;
    if (kind === 'whiteout') directory.children.delete(path.at(-1) ?? '');
    if (kind === 'opaque-whiteout') directory.children.clear();
  }

  #place(entry: LayerEntry): void {
    const { path } = entry;
    const name = path.at(-1);
    // The root itself is in most archives.
    if (name === undefined || entry.kind.endsWith('whiteout')) return;
    const { children } = this.#parentOf(path);
    const node = this.#nodeOf(entry);
    if (node.kind === 'directory' && children.get(name)?.kind === 'directory') return;
    this.#count();
    children.set(name, node);
  }

  #nodeOf(entry: LayerEntry): Node {
    switch (entry.kind) {
      case 'file':
        return { kind: 'file', bytes: entry.bytes };
      case 'symbolic-link':
        return { kind: 'link', target: entry.target };
      case 'hard-link': {
        const target = this.#find(entry.target);
        if (target?.kind === 'file') return target;
        const [from, to] = [entry.path.join('/'), entry.target.join('/')];
        throw brokenImage(this.#image, `"${from}" links to "${to}", which is no file in it`);
      }
      default:
        return emptyDirectory();
    }
  }

  /** The folder an entry belongs in; missing ones are made, as archives may leave them out. */
  #parentOf(path: ImagePath): Directory {
    let directory = this.#root;
    for (const name of path.slice(0, -1)) {
      let next = directory.children.get(name);
      if (next === undefined) {
        this.#count();
        next = emptyDirectory();
        directory.children.set(name, next);
      } else if (next.kind !== 'directory') {
        const why = `"${path.join('/')}" lies below "${name}", which is a ${next.kind} and no folder`;
        throw brokenImage(this.#image, why);
      }
      directory = next;
    }
    return directory;
  }

  #count(): void {
    if (++this.#made <= this.#limits.entries) return;
    throw imageTooLarge(this.#image, 'it has too many files and folders', 'entries', this.#limits);
  }

  /** What is at a path; links on the way are not followed, so that no path has two meanings. */
  #find(path: ImagePath): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of path) {
      node = node?.kind === 'directory' ? node.children.get(name) : undefined;
    }
    return node;
  }

  #follow(target: ImagePath): Node | undefined {
    let node = this.#find(target);
    for (let links = 1; node?.kind === 'link' && links < MAX_LINKS; links++) {
      node = this.#find(node.target);
    }
    return node;
  }
}

function emptyDirectory(): Directory {
  return { kind: 'directory', children: new Map() };
}
