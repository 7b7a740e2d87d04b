import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeCacheFile } from '../cache-file.ts';
import { digestParts, hasDigest } from './digest.ts';

/** Keeps blobs and manifests by digest, over many runs and for many processes at once. */
export interface BlobStore {
  /** The bytes with that digest; undefined when they are not there, or not what they were. */
  read(digest: string): Buffer | undefined;
  /** Keeps bytes whose digest has been verified. */
  write(digest: string, bytes: Uint8Array): void;
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
    read(digest) {
      try {
        const bytes = readFileSync(pathOf(digest));
        return hasDigest(bytes, digest) ? bytes : undefined;
      } catch {
        return undefined;
      }
    },
    write: (digest, bytes) => writeCacheFile(pathOf(digest), bytes),
  };
}
