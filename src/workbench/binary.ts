import { readFile } from 'node:fs/promises';
import { isDigest } from '../image/digest.ts';
import { openLayout } from '../image/layout.ts';
import { formatRepository, parseReference, parseRepository } from '../image/reference.ts';
import type { Binary } from '../model/application.ts';
import { ServiceError, UsageError, UserError } from '../model/errors.ts';
import type { Workbench } from './workbench.ts';

/** How a user says which binary image a config image is for. */
export interface BinaryFlags {
  /** `host/repository@digest`, or with a tag, which its registry then resolves. */
  readonly binary?: string;
  /** In place of `binary`, with one of the other two. */
  readonly binaryRepository?: string;
  /** A file that holds the digest. */
  readonly binaryDigestFile?: string;
  /** An OCI layout of the binary image. */
  readonly binaryLayout?: string;
}

/**
 * Finds out the binary image that the flags name. Only a tag asks a registry.
 *
 * @throws UsageError `binary-flags`; UserError `invalid-image-reference`, `invalid-digest-file`,
 *   `no-layout`, and what a registry throws
 */
export async function resolveBinary(flags: BinaryFlags, bench: Workbench): Promise<Binary> {
  const { binary, binaryRepository, binaryDigestFile, binaryLayout } = flags;
  const others = [binaryRepository, binaryDigestFile, binaryLayout].filter(Boolean).length;
  if (binary !== undefined && others === 0) {
    const reference = parseReference(binary);
    const { digest } = await bench.images.resolve(reference).catch((error: unknown) => {
      throw named(binary, error);
    });
    return { repository: formatRepository(reference), digest };
  }
  if (binary !== undefined || binaryRepository === undefined || others !== 2) throw wrongFlags();
  // Kubernetes takes no scheme in the name of an image.
  const repository = formatRepository(parseRepository(binaryRepository));
  if (binaryDigestFile !== undefined) {
    return { repository, digest: await readDigest(binaryDigestFile) };
  }
  const { root } = await openLayout(binaryLayout ?? '', bench.imageLimits);
  return { repository, digest: root.digest };
}

/** A service's error speaks of a host, which need not stand in what the user wrote (`echo:latest`). */
function named(binary: string, error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { code, hint, detail } = error;
  const more = { ...(hint !== undefined && { hint }), ...(detail !== undefined && { detail }) };
  const message = `The binary image ${binary} was not found out: ${error.message}`;
  return new ServiceError(message, { code, ...more, cause: error });
}

async function readDigest(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw noDigest(path, `cannot be read (${cause.code})`);
  });
  const digest = text.trim();
  if (!isDigest(digest)) throw noDigest(path, 'holds no digest');
  return digest;
}

function noDigest(path: string, why: string): UserError {
  return new UserError(`The digest file ${path} ${why}.`, {
    code: 'invalid-digest-file',
    hint: 'Expected sha256: and 64 hexadecimal digits.',
  });
}

function wrongFlags(): UsageError {
  return new UsageError('the binary image is not named, or named twice', {
    code: 'binary-flags',
    hint: 'say --binary REPOSITORY@DIGEST or --binary REPOSITORY:TAG; or --binary-repository with --binary-digest-file or --binary-layout',
  });
}
