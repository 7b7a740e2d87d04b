import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { compareBytes } from '../model/object.ts';

/** What every entry says of itself, so that only names and contents tell two archives apart. */
const SAME_FOR_ALL = { mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) };

/** Packs files into a tar archive, sorted by path. The same files give the same bytes anywhere. */
export function packTar(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const archive = pack();
  for (const [name, bytes] of [...files].sort(([a], [b]) => compareBytes(a, b))) {
    archive.entry({ ...SAME_FOR_ALL, name }, Buffer.from(bytes));
  }
  archive.finalize();
  return buffer(archive);
}
