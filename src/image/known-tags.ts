import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { writeCacheFile } from '../cache-file.ts';
import { UserError } from '../model/errors.ts';
import { isDigest } from './digest.ts';
import { parseJsonBytes } from './json-bytes.ts';
import { formatReference, type Reference } from './reference.ts';
import type { RegistryClient } from './registry.ts';

/** Digests by tag. */
type Tags = Readonly<Record<string, string>>;

const fileSchema = z.record(z.string(), z.string().check(z.refine(isDigest)));

/**
 * A registry client that keeps what tags stood for, for commands that ask no registry. The file is
 * written when the client is closed; where it cannot be, it is done without.
 */
export function rememberTags(registry: RegistryClient, cacheDirectory: string): RegistryClient {
  const told = new Map<string, string>();
  return {
    ...registry,
    async digest(reference) {
      const digest = await registry.digest(reference);
      if (reference.kind === 'tag') told.set(formatReference(reference), digest);
      return digest;
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
