import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

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

  /** Replaces the file in one step. A cache that cannot be written only costs time: nothing is thrown. */
  async write(types: CachedTypes): Promise<void> {
    const path = this.#path(types.server);
    const draft = `${path}.${randomUUID()}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, JSON.stringify(types), { mode: 0o600 });
      await rename(draft, path);
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  #path(server: string): string {
    return join(this.#directory, `${createHash('sha256').update(server).digest('hex')}.json`);
  }
}
