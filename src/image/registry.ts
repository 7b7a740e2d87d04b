import { UserError } from '../model/errors.ts';
import { digestOf, hasDigest, isDigest } from './digest.ts';
import { type HttpResponse, header } from './http-message.ts';
import { MANIFEST_MEDIA_TYPES } from './manifest.ts';
import { formatRepository, type Reference, type Repository, registryUrl } from './reference.ts';
import { apiUrl, openRegistrySession, type RegistrySessionOptions } from './registry-session.ts';

/** A blob as a manifest names it. */
interface BlobDescriptor {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** Reads from registries (OCI distribution spec 1.1, "Pull"). Everything named by digest is verified. */
export interface RegistryClient {
  /** The digest of what a reference points at, with one request where the registry says it by itself. */
  digest(reference: Reference): Promise<string>;
  /** The bytes of a manifest or index. */
  manifest(reference: Reference): Promise<Buffer>;
  /** The bytes of a blob; `reference` says of which image. */
  blob(reference: Reference, descriptor: BlobDescriptor): Promise<Buffer>;
  /**
   * Logs in as for pulling from a repository.
   *
   * @returns where the credentials for it are from; undefined where there are none
   */
  logIn(repository: Repository): Promise<string | undefined>;
  close(): Promise<void>;
}

/** How registries are spoken to, for reading. */
export interface RegistryOptions extends RegistrySessionOptions {
  /** The longest manifest that is accepted, in bytes. */
  readonly manifestBytes: number;
}

/**
 * A client for every registry, over kept connections. Its methods throw
 * UserError `image-not-found`, `registry-unauthorized`, `registry-denied`, `digest-mismatch`,
 * `registry-answer-too-large` and those of {@link Credentials};
 * ServiceError `registry-unreachable`, `registry-rate-limited`, `registry-failed`,
 * `token-service-failed`, `insecure-token-service`, `unsafe-redirect`.
 */
export function createRegistryClient(options: RegistryOptions): RegistryClient {
  const { manifestBytes } = options;
  const { ask, fail, close } = openRegistrySession(options);

  async function askManifest(method: 'GET' | 'HEAD', reference: Reference): Promise<HttpResponse> {
    const name = reference.kind === 'tag' ? reference.tag : reference.digest;
    const headers = { accept: MANIFEST_MEDIA_TYPES.join(', ') };
    const url = apiUrl(reference, `manifests/${name}`);
    const action = { reference, what: `manifest ${name}` };
    const answer = await ask(action, { method, url, headers, maxBytes: manifestBytes });
    // The answer to HEAD has no body and thus no error codes: GET tells them.
    const unclear = method === 'HEAD' && answer.status >= 400 && answer.status < 500;
    return answer.status === 200 || unclear ? answer : fail(action, answer);
  }

  async function manifest(reference: Reference): Promise<Buffer> {
    const { body } = await askManifest('GET', reference);
    return reference.kind === 'tag' ? body : verified(body, reference, reference.digest);
  }

  return {
    manifest,
    async digest(reference) {
      if (reference.kind === 'digest') return reference.digest;
      const answer = await askManifest('HEAD', reference);
      const named = answer.status === 200 ? header(answer, 'docker-content-digest') : undefined;
      return named !== undefined && isDigest(named) ? named : digestOf(await manifest(reference));
    },
    async blob(reference, { digest, size }) {
      const action = { reference, what: `blob ${digest}` };
      const url = apiUrl(reference, `blobs/${digest}`);
      const answer = await ask(action, { method: 'GET', url, maxBytes: size });
      if (answer.status !== 200) return fail(action, answer);
      return verified(answer.body, reference, digest);
    },
    async logIn(repository) {
      const reference: Reference = { ...repository, kind: 'tag', tag: 'latest' };
      const url = new URL('/v2/', registryUrl(repository));
      const action = { reference, what: 'its API' };
      const answer = await ask(action, { method: 'GET', url, maxBytes: manifestBytes });
      if (answer.status !== 200) return fail(action, answer);
      return (await options.credentials.find(repository))?.source;
    },
    close,
  };
}

/** @throws UserError `digest-mismatch` */
function verified(bytes: Buffer, reference: Reference, digest: string): Buffer {
  if (hasDigest(bytes, digest)) return bytes;
  throw new UserError(
    `The registry ${reference.registry} sent something else for ${digest} of ${formatRepository(reference)}: ${bytes.length} bytes with digest ${digestOf(bytes)}.`,
    { code: 'digest-mismatch', hint: 'The image is damaged or was tampered with; push it again.' },
  );
}
