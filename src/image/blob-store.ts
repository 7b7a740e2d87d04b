import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestParts, hasDigest } from './digest.ts';

/** Keeps blobs and manifests by digest, over many runs and for many processes at once. */
export interface BlobStore {
  /** The bytes with that digest; undefined when they are not there, or not what they were. */
  read(digest: string): Promise<Buffer | undefined>;
  /** Keeps bytes whose digest has been verified. */
  write(digest: string, bytes: Uint8Array): Promise<void>;
}

/**
 * A store in a folder, laid out as the `blobs` folder of an OCI image layout. It only saves work:
 * where the folder cannot be read or written it does without.
 */
export function openBlobStore(directory: string): BlobStore {
  const pathOf = (digest: string): string => {
    const { algorithm, hex } = digestParts(digest);
    return join(directory, 'blobs', algorithm, hex);
  };
  return {
    async read(digest) {
      const bytes = await readFile(pathOf(digest)).catch(() => undefined);
      return bytes !== undefined && hasDigest(bytes, digest) ? bytes : undefined;
    },
    async write(digest, bytes) {
      const path = pathOf(digest);
      const temporary = `${path}.${randomUUID()}`;
      try {
        // Config images may be private.
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(temporary, bytes, { flag: 'wx' });
        // In one step, so that no other process ever reads half a blob.
        await rename(temporary, path);
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}
