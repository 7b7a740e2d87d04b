import { UserError } from '../model/errors.ts';
import type { HttpResponse } from './http-message.ts';
import { header } from './http-message.ts';
import type { Descriptor } from './manifest.ts';
import { MANIFEST_MEDIA_TYPES } from './manifest.ts';
import { locationOf } from './redirect.ts';
import { formatRepository, type Reference, type Repository, withDigest } from './reference.ts';
import type { RegistryAction } from './registry-error.ts';
import { apiUrl, openRegistrySession, type RegistrySessionOptions } from './registry-session.ts';

/** How a blob came to be in a repository. */
export type Arrival = 'there' | 'mounted' | 'sent';

/** Writes to registries (OCI distribution spec 1.1, "Push"). */
export interface RegistryUploader {
  /** Whether a repository has a manifest of that digest. */
  hasManifest(repository: Repository, digest: string): Promise<boolean>;
  /**
   * Brings a blob into a repository, if it is not there already.
   *
   * @param read gives its bytes, when they have to be sent
   * @param from a repository of the same registry that has it
   */
  blob(
    repository: Repository,
    descriptor: Descriptor,
    read: () => Promise<Buffer>,
    from?: Repository,
  ): Promise<Arrival>;
  /** Writes a manifest, under its digest or a tag. */
  manifest(reference: Reference, descriptor: Descriptor, bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** The answers to an upload are empty. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** A registry that was restarted forgets uploads that had begun. */
const UPLOAD_ATTEMPTS = 2;

/**
 * A client for every registry, over kept connections. Its methods throw what
 * {@link createRegistryClient} throws, and UserError `registry-refused`, `digest-mismatch`.
 */
export function createRegistryUploader(options: RegistrySessionOptions): RegistryUploader {
  const { ask, fail, close } = openRegistrySession(options);

  async function has(action: RegistryAction, path: string): Promise<boolean> {
    const headers = { accept: MANIFEST_MEDIA_TYPES.join(', ') };
    const url = apiUrl(action.reference, path);
    const maxBytes = MAX_ANSWER_BYTES;
    const answer = await ask(action, { method: 'HEAD', url, headers, maxBytes });
    if (answer.status === 200) return true;
    return answer.status === 404 ? false : fail(action, answer);
  }

  /** Begins an upload. Mounting is a wish: a registry that cannot do it begins an upload as well. */
  async function begin(
    action: RegistryAction,
    digest: string,
    from: Repository | undefined,
  ): Promise<HttpResponse> {
    const url = apiUrl(action.reference, 'blobs/uploads/');
    const request = { method: 'POST', body: '', maxBytes: MAX_ANSWER_BYTES } as const;
    if (from !== undefined) {
      const mount = new URL(url);
      mount.searchParams.set('mount', digest);
      mount.searchParams.set('from', from.repository);
      const answer = await ask(action, { ...request, url: mount, mountFrom: from });
      if (answer.status === 201 || answer.status === 202) return answer;
    }
    const answer = await ask(action, { ...request, url });
    return answer.status === 202 ? answer : fail(action, answer);
  }

  async function send(
    action: RegistryAction,
    begun: HttpResponse,
    digest: string,
    body: Buffer,
  ): Promise<HttpResponse> {
    const url = locationOf(begun);
    if (url === undefined) return fail(action, begun);
    // Not by searchParams, which would write the registry's own part anew.
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    const headers = { 'content-type': 'application/octet-stream' };
    return ask(action, { method: 'PUT', url, headers, body, maxBytes: MAX_ANSWER_BYTES });
  }

  return {
    hasManifest: (repository, digest) =>
      has(
        { reference: withDigest(repository, digest), what: `manifest ${digest}`, push: true },
        `manifests/${digest}`,
      ),
    async blob(repository, { digest }, read, from) {
      const reference = withDigest(repository, digest);
      const action = { reference, what: `blob ${digest}`, push: true };
      for (let attempt = 1; ; attempt++) {
        if (await has(action, `blobs/${digest}`)) return attempt === 1 ? 'there' : 'sent';
        const begun = await begin(action, digest, from);
        if (begun.status === 201) return 'mounted';
        const answer = await send(action, begun, digest, await read());
        if (answer.status === 201) {
          confirm(action, answer, digest);
          return 'sent';
        }
        if (answer.status !== 404 || attempt === UPLOAD_ATTEMPTS) return fail(action, answer);
      }
    },
    async manifest(reference, { mediaType, digest }, body) {
      const name = reference.kind === 'tag' ? reference.tag : reference.digest;
      const action = { reference, what: `manifest ${name}`, push: true };
      const url = apiUrl(reference, `manifests/${name}`);
      const headers = { 'content-type': mediaType };
      const request = { method: 'PUT', url, headers, body, maxBytes: MAX_ANSWER_BYTES } as const;
      const answer = await ask(action, request);
      if (answer.status !== 201) return fail(action, answer);
      confirm(action, answer, digest);
    },
    close,
  };
}

/** @throws UserError `digest-mismatch` where the registry says that it has something else now */
function confirm({ reference, what }: RegistryAction, answer: HttpResponse, digest: string): void {
  const kept = header(answer, 'docker-content-digest');
  if (kept === undefined || kept === digest) return;
  throw new UserError(
    `The registry ${reference.registry} keeps ${what} of ${formatRepository(reference)} as ${kept}, not as ${digest}.`,
    {
      code: 'digest-mismatch',
      hint: 'Something between here and the registry changes what is sent.',
    },
  );
}
