import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { compareBytes, keyId } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import { secretKeysToWrite } from '../plan/secret-keys-to-write.ts';
import { canonicalJson } from './canonical.ts';

/**
 * Tells whether the values of Secrets that a plan writes are still those that it was made with. One
 * slow, salted hash over all of them together: whoever has it learns nothing that can be guessed.
 */
export interface Fingerprint {
  /** Base64, as the hash. */
  readonly salt: string;
  readonly scrypt: string;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** RFC 7914; 32 MiB and about a tenth of a second for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

/** The fingerprint of the values that a plan's changes write; undefined where they write none. */
export async function fingerprintOf(
  changes: readonly Change[],
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<Fingerprint | undefined> {
  const values = changes.flatMap((change) =>
    secretKeysToWrite(change).map((name) => [
      ...[keyId(change.key), name],
      change.desired?.secret?.reveal(name) ?? '',
    ]),
  );
  if (values.length === 0) return undefined;
  const sorted = values.map(canonicalJson).sort(compareBytes).join('\n');
  const hash = await derive(sorted, salt, HASH_BYTES, COST);
  return { salt: salt.toString('base64'), scrypt: hash.toString('base64') };
}

/** Whether changes write the values that a fingerprint was taken of. */
export async function hasFingerprint(
  changes: readonly Change[],
  expected: Fingerprint,
): Promise<boolean> {
  const found = await fingerprintOf(changes, Buffer.from(expected.salt, 'base64'));
  const [a, b] = [found?.scrypt ?? '', expected.scrypt].map((hash) => Buffer.from(hash, 'base64'));
  return a !== undefined && b !== undefined && a.length === b.length && timingSafeEqual(a, b);
}
