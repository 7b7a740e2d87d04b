import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential, Credentials } from '../../src/image/credentials.ts';
import {
  createImageSource,
  type ImageSource,
  type ImageSourceOptions,
} from '../../src/image/image-source.ts';
import { parseReference, type Reference } from '../../src/image/reference.ts';
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryOptions,
} from '../../src/image/registry.ts';
import type { RegistrySessionOptions } from '../../src/image/registry-session.ts';
import { createRegistryUploader, type RegistryUploader } from '../../src/image/registry-upload.ts';
import { formatError, SisyphusError } from '../../src/model/errors.ts';
import { type FaultProxy, type FaultRule, startFaultProxy } from './faults.ts';

/** Makes what a test of images needs, and takes all of it down at its end. */
export interface ImageBench {
  proxyFor(target: { readonly url: string }, ...rules: FaultRule[]): Promise<FaultProxy>;
  /** A client without credentials that tries three times without long pauses, unless told otherwise. */
  client(options?: Partial<RegistryOptions>): RegistryClient;
  /** The same for pushing. */
  uploader(options?: Partial<RegistrySessionOptions>): RegistryUploader;
  /** An image source with the same habits. */
  source(cacheDirectory: string, options?: Partial<ImageSourceOptions>): ImageSource;
  temporaryDirectory(): Promise<string>;
  end(): Promise<void>;
}

/** Credentials that know nothing. */
const noCredentials: Credentials = {
  paths: ['/home/me/.docker/config.json'],
  find: async () => undefined,
};

/** Credentials that give the same to every registry. */
export function having(credential: Credential): Credentials {
  return { ...noCredentials, find: async () => credential };
}

/** The reference of an image behind a registry or proxy of the bed. */
export function referenceAt({ url }: { readonly url: string }, rest: string): Reference {
  return parseReference(`${url}/${rest}`);
}

/** The error that some work ends with; fails when there is none, or none of ours, or it holds `secret`. */
export async function failureOf(work: Promise<unknown>, secret?: string): Promise<SisyphusError> {
  const error = await work.catch((e: unknown) => e);
  if (!(error instanceof SisyphusError)) throw new Error(`no error of ours: ${String(error)}`);
  if (secret !== undefined && formatError(error).includes(secret)) {
    throw new Error('the error tells a secret');
  }
  return error;
}

/** Opens a bench; `end` it after each test. */
export function openImageBench(): ImageBench {
  const endings: (() => Promise<void>)[] = [];
  const retry = { attempts: 3, baseDelayMs: 1, maxDelayMs: 5_000 };
  return {
    async proxyFor(target, ...rules) {
      const proxy = await startFaultProxy(target, rules);
      endings.push(() => proxy.stop());
      return proxy;
    },
    client(options) {
      const defaults = { credentials: noCredentials, manifestBytes: 100_000, retry };
      const client = createRegistryClient({ ...defaults, ...options });
      endings.push(() => client.close());
      return client;
    },
    uploader(options) {
      const uploader = createRegistryUploader({ credentials: noCredentials, retry, ...options });
      endings.push(() => uploader.close());
      return uploader;
    },
    source(cacheDirectory, options) {
      const defaults = { cacheDirectory, credentials: noCredentials, retry };
      const source = createImageSource({ ...defaults, ...options });
      endings.push(() => source.close());
      return source;
    },
    async temporaryDirectory() {
      const directory = await mkdtemp(join(tmpdir(), 'sisyphus-images-'));
      endings.push(() => rm(directory, { recursive: true }));
      return directory;
    },
    async end() {
      // The last made goes first: clients before the servers they speak to.
      for (const ending of endings.splice(0).reverse()) await ending();
    },
  };
}
