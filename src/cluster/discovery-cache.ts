import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeCacheFile } from '../cache-file.ts';

const resourceSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  resource: z.string(),
  namespaced: z.boolean(),
  listable: z.boolean(),
});

const cacheSchema = z.object({
  server: z.string(),
  /** The server's `gitVersion`, empty where it did not tell. */
  version: z.string(),
  resources: z.array(resourceSchema).readonly(),
});

/** What a server once told of its types. */
export type CachedTypes = z.infer<typeof cacheSchema>;

/** Keeps what servers told of their types, one file for each server. */
export class DiscoveryCache {
  readonly #directory: string;

  constructor(cacheDirectory: string) {
    this.#directory = join(cacheDirectory, 'discovery');
  }

  /** @returns undefined where nothing usable is kept */
  async read(server: string): Promise<CachedTypes | undefined> {
    try {
      const parsed = cacheSchema.safeParse(JSON.parse(await readFile(this.#path(server), 'utf8')));
      return parsed.data?.server === server ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  async write(types: CachedTypes): Promise<void> {
    await writeCacheFile(this.#path(types.server), JSON.stringify(types));
  }

  #path(server: string): string {
    return join(this.#directory, `${createHash('sha256').update(server).digest('hex')}.json`);
  }
}
