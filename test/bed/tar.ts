import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';

/**
 * A file's content; or a header for anything else, such as `{ type: 'symlink', linkname: '/etc' }` or
 * `{ mode: 0o755, content }`.
 */
type TarContent =
  | string
  | Uint8Array
  | (Partial<Omit<Header, 'name'>> & { readonly content?: Uint8Array });

/** What goes into a tar, in order; as pairs where one path comes twice. */
export type TarFiles =
  | Readonly<Record<string, TarContent>>
  | readonly (readonly [path: string, content: TarContent])[];

/** Packs files as they are named, however hostile the path. The same files give the same bytes. */
export function tar(files: TarFiles): Promise<Buffer> {
  const entries = Array.isArray(files) ? files : Object.entries(files);
  const archive = pack();
  for (const [name, content] of entries) {
    const header = { name, mtime: new Date(0) };
    if (typeof content === 'string' || content instanceof Uint8Array) {
      archive.entry(header, Buffer.from(content));
    } else {
      const { content: bytes, ...rest } = content;
      archive.entry({ ...header, ...rest }, bytes && Buffer.from(bytes));
    }
  }
  archive.finalize();
  return buffer(archive);
}
