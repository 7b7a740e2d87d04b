import * as z from 'zod/mini';
import { ServiceError, type SisyphusError, UserError } from '../model/errors.ts';
import type { Credential } from './credentials.ts';
import type { HttpResponse } from './http-message.ts';
import { parseJsonBytes } from './json-bytes.ts';
import { printable } from './printable.ts';
import { formatReference, formatRepository, type Reference } from './reference.ts';
import { basicAuthorization } from './token.ts';

/** What was asked of a registry. */
export interface RegistryAction {
  readonly reference: Reference;
  /** As errors name it: `blob sha256:…`. */
  readonly what: string;
  /** Whether it was to take that; else it was to give it. */
  readonly push?: boolean;
}

/** Which credentials were there for it. */
export interface CredentialSearch {
  readonly credential: Credential | undefined;
  readonly paths: readonly string[];
}

// OCI distribution spec 1.1, "Error Codes".
const errorsSchema = z.object({
  errors: z.array(z.looseObject({ code: z.string(), message: z.nullish(z.string()) })),
});

/** The error for an answer that is none of the expected: its kind by status, with the registry's own codes. */
export function registryError(
  action: RegistryAction,
  answer: HttpResponse,
  search: CredentialSearch,
): SisyphusError {
  const own = registryText(answer, search.credential);
  const { registry } = action.reference;
  switch (answer.status) {
    case 401:
      return new UserError(
        `The registry ${registry} demands other credentials for ${formatRepository(action.reference)}: ${tried(search)} (${own}).`,
        {
          code: 'registry-unauthorized',
          hint: `Log in with docker login ${registry} or podman login ${registry}; some registries also answer so for a repository that does not exist.`,
        },
      );
    case 403:
      return new UserError(
        `The registry ${registry} denies ${action.push ? 'pushing to' : 'reading'} ${formatRepository(action.reference)}: ${tried(search)} (${own}).`,
        {
          code: 'registry-denied',
          hint: `Give that account the right to ${action.push ? 'push to' : 'pull from'} the repository.`,
        },
      );
    case 404:
      return action.push ? refused(action, own) : missing(action, own);
    case 429:
      return new ServiceError(
        `The registry ${registry} takes no more requests for now (${own}${retryAfter(answer)}).`,
        { code: 'registry-rate-limited', hint: 'Try again later, or log in to be allowed more.' },
      );
    default:
      if (action.push && answer.status < 500) return refused(action, own);
      return new ServiceError(
        `The registry ${registry} failed to ${action.push ? 'take' : 'give'} ${action.what} of ${formatReference(action.reference)} (${own}).`,
        { code: 'registry-failed' },
      );
  }
}

/** Such as a repository that must be made first, or a tag that may not move. */
function refused({ reference, what }: RegistryAction, own: string): UserError {
  return new UserError(
    `The registry ${reference.registry} does not take ${what} for ${formatReference(reference)} (${own}).`,
    {
      code: 'registry-refused',
      hint: 'Look whether the repository has to be made first, and whether its tags may be written again.',
    },
  );
}

function missing(action: RegistryAction, own: string): UserError {
  return new UserError(`${missingWhat(action, own)} (${own}).`, {
    code: 'image-not-found',
    hint: 'Push the image first, or mend the reference.',
  });
}

function missingWhat({ reference, what }: RegistryAction, own: string): string {
  const { registry, repository } = reference;
  if (what.startsWith('blob')) {
    return `The image ${formatReference(reference)} is incomplete: the registry has no ${what}`;
  }
  if (own.includes('NAME_UNKNOWN'))
    return `The registry ${registry} has no repository ${repository}`;
  const name = reference.kind === 'tag' ? `tag ${reference.tag}` : `manifest ${reference.digest}`;
  return `The registry ${registry} has no ${name} in repository ${repository}`;
}

function tried({ credential, paths }: CredentialSearch): string {
  return credential === undefined
    ? `no credentials were found in ${paths.join(', ')}`
    : `those from ${credential.source} were used`;
}

/** The registry's words, made safe to print: without secrets, one line, not long. */
function registryText(answer: HttpResponse, credential: Credential | undefined): string {
  const parsed = errorsSchema.safeParse(parseJsonBytes(answer.body));
  const errors = parsed.success ? parsed.data.errors : [];
  const texts = errors.map(({ code, message }) => (message ? `${code}: ${message}` : code));
  const text = [`status ${answer.status}`, ...texts].join('; ');
  const discreet = secretsOf(credential).reduce(
    (rest, secret) => rest.replaceAll(secret, '***'),
    text,
  );
  const times = answer.attempts > 1 ? `, ${answer.attempts} times` : '';
  return `${printable(discreet)}${times}`;
}

/** What a registry could echo of what it was sent. */
function secretsOf(credential: Credential | undefined): string[] {
  if (credential === undefined) return [];
  if (credential.kind === 'identity-token') return [credential.token];
  const sent = basicAuthorization(credential).slice('Basic '.length);
  return [sent, credential.password].filter((secret) => secret !== '');
}

function retryAfter(answer: HttpResponse): string {
  const value = answer.headers['retry-after'];
  return typeof value === 'string' ? `, Retry-After: ${printable(value)}` : '';
}
