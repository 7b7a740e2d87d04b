import { posix } from 'node:path';
import * as z from 'zod/mini';
import { IN_ENGLISH } from '../in-english.ts';
import { UserError } from '../model/errors.ts';
import { isDigest } from './digest.ts';
import { parseJsonBytes } from './json-bytes.ts';
import { printable } from './printable.ts';
import { isRepository } from './reference.ts';

/** A config image, read: a Starlark program and the binary it was built with. */
export interface ConfigImage {
  /** Of the config image itself. */
  readonly digest: string;
  readonly binaryRepository: string;
  readonly binaryDigest: string;
  /** The program's file, a key of `files`. */
  readonly entrypoint: string;
  /** Every text file by path (`dir/file.star`). Files that are not UTF-8 are left out. */
  readonly files: ReadonlyMap<string, string>;
}

/** The file that says what the image is for. */
export const INDEX_FILE = 'index.json';

const repositorySchema = z
  .string()
  .check(z.refine(isRepository, 'expected host/repository without tag'));
const indexSchema = z
  .looseObject({
    binary_digest: z
      .string()
      .check(z.refine(isDigest, 'expected sha256: and 64 hexadecimal digits')),
    binary_repository: z.optional(repositorySchema),
    binary_image: z.optional(repositorySchema),
    config_entrypoint: z.string().check(z.minLength(1)),
  })
  .check(
    z.refine((index) => index.binary_repository ?? index.binary_image, {
      path: ['binary_repository'],
      message: 'is missing',
    }),
    z.refine(({ binary_repository: one, binary_image: other }) => !one || !other || one === other, {
      path: ['binary_image'],
      message: 'differs from binary_repository',
    }),
  );

/**
 * Makes a config image of an image's files.
 *
 * @param image how errors name the image
 * @throws UserError `broken-config-image`, naming the field of index.json that is wrong
 */
export function readConfigImage(
  digest: string,
  bytesByPath: ReadonlyMap<string, Uint8Array>,
  image: string,
): ConfigImage {
  const index = readIndex(bytesByPath, image);
  const entrypoint = posix.normalize(index.config_entrypoint).replace(/^\/+/, '');
  const files = new Map<string, string>();
  for (const [path, bytes] of bytesByPath) {
    const text = decodeText(bytes);
    if (text !== undefined) files.set(path, text);
  }
  if (!files.has(entrypoint)) {
    const what = bytesByPath.has(entrypoint) ? 'which is not UTF-8 text' : 'which is no file in it';
    throw broken(image, `config_entrypoint is "${index.config_entrypoint}", ${what}`);
  }
  const binaryRepository = index.binary_repository ?? index.binary_image ?? '';
  return { digest, binaryRepository, binaryDigest: index.binary_digest, entrypoint, files };
}

function readIndex(
  bytesByPath: ReadonlyMap<string, Uint8Array>,
  image: string,
): z.infer<typeof indexSchema> {
  const bytes = bytesByPath.get(INDEX_FILE);
  if (bytes === undefined) throw broken(image, `it has no ${INDEX_FILE}`);
  const value = parseJsonBytes(bytes);
  if (value === undefined) throw broken(image, `its ${INDEX_FILE} is not valid JSON`);
  const checked = indexSchema.safeParse(value, IN_ENGLISH);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw broken(image, `its ${INDEX_FILE} is wrong: ${problems.join('; ')}`);
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function broken(image: string, why: string): UserError {
  return new UserError(`${image} is not a config image: ${printable(why)}.`, {
    code: 'broken-config-image',
    hint: `A config image holds ${INDEX_FILE} with binary_digest, binary_repository and config_entrypoint, and the Starlark files.`,
  });
}
