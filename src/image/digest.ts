import { createHash } from 'node:crypto';

/** The registered algorithms (OCI image spec 1.1, "Descriptors") and the length of their hexadecimal form. */
const HEX_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** A digest in its two parts. */
export interface DigestParts {
  readonly algorithm: string;
  readonly hex: string;
}

/** True for `sha256:` or `sha512:` and as many lower-case hexadecimal digits as that algorithm has. */
export function isDigest(text: string): boolean {
  const { algorithm, hex } = digestParts(text);
  return (
    Object.hasOwn(HEX_LENGTHS, algorithm) &&
    hex.length === HEX_LENGTHS[algorithm] &&
    /^[0-9a-f]+$/.test(hex)
  );
}

/** Splits a digest at its colon. */
export function digestParts(digest: string): DigestParts {
  const colon = digest.indexOf(':');
  return { algorithm: digest.slice(0, Math.max(colon, 0)), hex: digest.slice(colon + 1) };
}

/** The digest of some bytes, `sha256:` unless another algorithm is asked for. */
export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** True when the bytes have this digest. `digest` must have passed {@link isDigest}. */
export function hasDigest(bytes: Uint8Array, digest: string): boolean {
  return digestOf(bytes, digestParts(digest).algorithm) === digest;
}
