import { join } from 'node:path';
import { readCacheFile, writeCacheFile } from '../cache-file.ts';
import { CacheLog } from '../cache-log.ts';
import { digestParts, hasDigest } from './digest.ts';

/** Keeps blobs and manifests by digest, over many runs and for many processes at once. */
export interface BlobStore {
  /** The bytes with that digest; undefined when they are not there, or not what they were. */
  read(digest: string): Buffer | undefined;
  /** Keeps bytes whose digest has been verified. */
  write(digest: string, bytes: Uint8Array): void;
}

/** A blob of up to so many bytes, as nearly all of a config image are, is kept with others in one file. */
const SMALL_BYTES = 64 * 1024;

/**
 * A store in a folder. Larger blobs are laid out there as in the `blobs` folder of an OCI image layout. It only
 * saves work: where the folder cannot be read or written it does without.
 */
export function openBlobStore(directory: string): BlobStore {
  const small = new CacheLog(join(directory, 'small.log'));
  const pathOf = (digest: string): string => {
    const { algorithm, hex } = digestParts(digest);
    return join(directory, 'blobs', algorithm, hex);
  };
  return {
    read(digest) {
      const bytes = small.read(digest) ?? readCacheFile(pathOf(digest));
      return bytes !== undefined && hasDigest(bytes, digest) ? bytes : undefined;
    },
    write(digest, bytes) {
      if (bytes.length <= SMALL_BYTES) small.write(digest, bytes);
      else writeCacheFile(pathOf(digest), bytes);
    },
  };
}
