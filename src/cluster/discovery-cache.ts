import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
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
  resources: z.readonly(z.array(resourceSchema)),
});

/** What a server once told of its types. */
export type CachedTypes = z.infer<typeof cacheSchema>;

/** Keeps what servers told of their types, one file for each server. */
export class DiscoveryCache {
  readonly #directory: string | undefined;

  /** @param cacheDirectory without it nothing is kept */
  constructor(cacheDirectory: string | undefined) {
    this.#directory = cacheDirectory && join(cacheDirectory, 'discovery');
  }

  /** @returns undefined where nothing usable is kept */
  async read(server: string): Promise<CachedTypes | undefined> {
    const path = this.#path(server);
    if (path === undefined) return undefined;
    try {
      const parsed = cacheSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
      return parsed.data?.server === server ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  write(types: CachedTypes): void {
    const path = this.#path(types.server);
    if (path !== undefined) writeCacheFile(path, JSON.stringify(types));
  }

  #path(server: string): string | undefined {
    if (this.#directory === undefined) return undefined;
    return join(this.#directory, `${createHash('sha256').update(server).digest('hex')}.json`);
  }
}
