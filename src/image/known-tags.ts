import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { writeCacheFile } from '../cache-file.ts';
import { UserError } from '../model/errors.ts';
import { digestOf, isDigest } from './digest.ts';
import { parseJsonBytes } from './json-bytes.ts';
import { formatReference, type Reference } from './reference.ts';
import type { RegistryClient } from './registry.ts';

/** Digests by tag. */
type Tags = Readonly<Record<string, string>>;

const fileSchema = z.record(z.string(), z.string().check(z.refine(isDigest)));

/**
 * A registry client that keeps what tags stood for, for commands that ask no registry. The file is
 * written when the client is closed; where it cannot be, it is done without.
 *
 * A tag that is new here stands for an image that will be read: so its manifest is asked for, which
 * tells its digest as well, where a known tag is only asked for the digest.
 */
export function rememberTags(registry: RegistryClient, cacheDirectory: string): RegistryClient {
  const told = new Map<string, string>();
  /** Manifests that came with a digest, until they are asked for. */
  const fetched = new Map<string, Buffer>();
  let known: Promise<Tags> | undefined;

  async function digestOfTag(reference: Reference): Promise<string> {
    known ??= read(fileIn(cacheDirectory));
    if ((await known)[formatReference(reference)] !== undefined) {
      return await registry.digest(reference);
    }
    const bytes = await registry.manifest(reference);
    const digest = digestOf(bytes);
    fetched.set(digest, bytes);
    return digest;
  }

  return {
    ...registry,
    async digest(reference) {
      if (reference.kind !== 'tag') return await registry.digest(reference);
      const digest = await digestOfTag(reference);
      told.set(formatReference(reference), digest);
      return digest;
    },
    async manifest(reference) {
      const bytes = reference.kind === 'digest' ? fetched.get(reference.digest) : undefined;
      if (bytes === undefined) return await registry.manifest(reference);
      fetched.delete(digestOf(bytes));
      return bytes;
    },
    async close() {
      await registry.close();
      await write(fileIn(cacheDirectory), told);
    },
  };
}

/**
 * A registry client that asks nobody: tags stand for what they last stood for, and there is nothing
 * beside what is kept by digest.
 *
 * Its methods throw UserError `image-not-cached`.
 */
export function cachedRegistry(cacheDirectory: string): RegistryClient {
  let reading: Promise<Tags> | undefined;
  const refuse = async (reference: Reference): Promise<never> => {
    throw new UserError(`${formatReference(reference)} is not in the cache`, {
      code: 'image-not-cached',
      hint: 'sisyphus diff reads it from its registry and keeps it',
    });
  };
  return {
    async digest(reference) {
      if (reference.kind === 'digest') return reference.digest;
      reading ??= read(fileIn(cacheDirectory));
      return (await reading)[formatReference(reference)] ?? (await refuse(reference));
    },
    manifest: refuse,
    blob: refuse,
    logIn: (repository) => refuse({ ...repository, kind: 'tag', tag: 'latest' }),
    close: async () => undefined,
  };
}

function fileIn(cacheDirectory: string): string {
  return join(cacheDirectory, 'tags.json');
}

async function read(file: string): Promise<Tags> {
  const bytes = await readFile(file).catch(() => new Uint8Array());
  return fileSchema.safeParse(parseJsonBytes(bytes)).data ?? {};
}

/** Adds to what is there, in one step, if that changes anything. */
async function write(file: string, told: ReadonlyMap<string, string>): Promise<void> {
  if (told.size === 0) return;
  const known = await read(file);
  if ([...told].every(([tag, digest]) => known[tag] === digest)) return;
  writeCacheFile(file, JSON.stringify({ ...known, ...Object.fromEntries(told) }));
}
