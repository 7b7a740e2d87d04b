import { isIPv6 } from 'node:net';
import { UserError } from '../model/errors.ts';
import { isDigest } from './digest.ts';
import { printable } from './printable.ts';

/** A repository in a registry. */
export interface Repository {
  /** Spoken to over plain HTTP. */
  readonly insecure: boolean;
  /** `host[:port]` in lower case; Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly repository: string;
}

/** Names whatever a tag points at now. */
export interface TagReference extends Repository {
  readonly kind: 'tag';
  readonly tag: string;
}

/** Names one manifest or index for ever. */
export interface DigestReference extends Repository {
  readonly kind: 'digest';
  readonly digest: string;
}

/** Names an image in a registry. */
export type Reference = TagReference | DigestReference;

/** Docker Hub's name in references. */
export const DOCKER_HUB = 'docker.io';
/** Where Docker Hub serves the distribution API. */
const DOCKER_HUB_HOST = 'registry-1.docker.io';
const DOCKER_HUB_ALIASES: ReadonlySet<string> = new Set([DOCKER_HUB_HOST, 'index.docker.io']);

const EXPECTED =
  'Write [http://]host[:port]/repository[:tag|@sha256:…], or a Docker Hub name such as alpine:3.';
const TAG_RULE =
  'A tag is at most 128 letters, digits, "_", "." and "-", and starts with none of the last two.';
const DIGEST_RULE = 'A digest is sha256: and 64 hexadecimal digits in lower case.';
/** Long enough for every legal name (OCI distribution spec 1.1: 255 characters), tag and digest. */
const MAX_LENGTH = 1024;
const MAX_REPOSITORY_LENGTH = 255;

// The grammars of the OCI distribution spec 1.1, "Pulling manifests".
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * Reads `[http://|https://]host[:port]/repository[:tag|@digest]`, or a Docker Hub name without a
 * host. Without tag and digest the tag is `latest`; with both the digest wins. A registry on a
 * loopback address is insecure unless `https://` is written.
 *
 * @throws UserError `invalid-image-reference`, saying which part is wrong and what was expected
 */
export function parseReference(text: string): Reference {
  const { repository, rest } = parseName(text);
  const at = rest.indexOf('@');
  const tagPart = at < 0 ? rest : rest.slice(0, at);
  const tag = tagPart === '' ? 'latest' : tagPart.slice(1);
  if (!TAG.test(tag)) throw invalid(text, `"${tag}" is not a tag`, TAG_RULE);
  if (at < 0) return { ...repository, kind: 'tag', tag };
  const digest = rest.slice(at + 1);
  if (!isDigest(digest)) throw invalid(text, `"${digest}" is not a digest`, DIGEST_RULE);
  return { ...repository, kind: 'digest', digest };
}

/**
 * Reads the name of a repository: a reference without tag and digest.
 *
 * @throws UserError `invalid-image-reference`
 */
export function parseRepository(text: string): Repository {
  const { repository, rest } = parseName(text);
  if (rest !== '') throw invalid(text, `"${rest}" is too much`, 'Write only host and repository.');
  return repository;
}

/** Images are recorded without a scheme: another reference to the same registry knows how to reach it. */
export function withScheme(image: string, known: string): string {
  const [, scheme = '', registry = ''] = /^(https?:\/\/)([^/]+\/)/i.exec(known) ?? [];
  const isThere = registry !== '' && image.toLowerCase().startsWith(registry.toLowerCase());
  return isThere ? `${scheme}${image}` : image;
}

/** True for the name of a repository, without tag and digest. */
export function isRepository(text: string): boolean {
  try {
    parseRepository(text);
    return true;
  } catch {
    return false;
  }
}

/** Prints a reference without its scheme, as it is recorded and shown: `host/repository:tag`. */
export function formatReference(reference: Reference): string {
  const suffix = reference.kind === 'tag' ? `:${reference.tag}` : `@${reference.digest}`;
  return `${formatRepository(reference)}${suffix}`;
}

/** Prints a repository without its scheme: `host/repository`. */
export function formatRepository(repository: Repository): string {
  return `${repository.registry}/${repository.repository}`;
}

/** The same repository, pinned to a digest. */
export function withDigest(repository: Repository, digest: string): DigestReference {
  const { insecure, registry, repository: name } = repository;
  return { insecure, registry, repository: name, kind: 'digest', digest };
}

/** Where the registry serves the distribution API, without a path. */
export function registryUrl({ insecure, registry }: Repository): URL {
  const host = registry === DOCKER_HUB ? DOCKER_HUB_HOST : registry;
  return new URL(`${insecure ? 'http' : 'https'}://${host}`);
}

/** The name Docker's tools use for a registry: every alias of Docker Hub is `docker.io`. */
export function canonicalRegistry(host: string): string {
  return DOCKER_HUB_ALIASES.has(host) ? DOCKER_HUB : host;
}

/** Splits off scheme and name; `rest` is empty or starts with the `:` of a tag or the `@` of a digest. */
function parseName(text: string): { repository: Repository; rest: string } {
  if (text.length > MAX_LENGTH) {
    throw invalid(`${text.slice(0, 64)}…`, `it is longer than ${MAX_LENGTH} characters`);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw invalid(text, `the scheme "${scheme}" is not http or https`);
  }
  const bare = scheme === undefined ? text : text.slice(scheme.length + '://'.length);
  const { name, rest } = splitName(bare);
  const slash = name.indexOf('/');
  const first = slash < 0 ? name : name.slice(0, slash);
  // Credentials must not end up in the error text.
  if (scheme !== undefined && slash < 0 && rest.includes('@')) {
    throw invalid(`${scheme}://…`, 'it may not carry a user or password');
  }
  const hasHost = scheme !== undefined || (slash >= 0 && looksLikeHost(first));
  if (hasHost && slash < 0) throw invalid(text, 'it has no repository');
  const registry = hasHost ? parseHost(text, first) : DOCKER_HUB;
  const path = hasHost ? name.slice(slash + 1) : name;
  const repository = parsePath(text, registry, path);
  const insecure = scheme === undefined ? isLoopback(registry) : scheme === 'http';
  return { repository: { insecure, registry, repository }, rest };
}

function splitName(bare: string): { name: string; rest: string } {
  const at = bare.indexOf('@');
  const named = at < 0 ? bare : bare.slice(0, at);
  const colon = named.lastIndexOf(':');
  // A colon before the last slash belongs to the port.
  const end = colon > named.lastIndexOf('/') ? colon : named.length;
  return { name: named.slice(0, end), rest: bare.slice(end) };
}

/** Docker's rule for telling a host from the first part of a Docker Hub name. */
function looksLikeHost(component: string): boolean {
  return component.includes('.') || component.includes(':') || component === 'localhost';
}

function parseHost(text: string, host: string): string {
  const lower = host.toLowerCase();
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(lower) ?? [];
  const isName = name.startsWith('[')
    ? isIPv6(name.slice(1, -1))
    : name.split('.').every((label) => HOST_LABEL.test(label));
  const isPort = port === undefined || (/^\d{1,5}$/.test(port) && Number(port) <= 65_535);
  if (!isName || !isPort) throw invalid(text, `"${host}" is not a host or host:port`);
  return canonicalRegistry(lower);
}

function parsePath(text: string, registry: string, path: string): string {
  if (path === '') throw invalid(text, 'it has no repository');
  const wrong = path.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (wrong !== undefined) {
    throw invalid(
      text,
      wrong === ''
        ? 'a part of the repository is empty'
        : `"${wrong}" cannot be part of a repository`,
      'A repository is lower-case letters and digits, with single ".", "_" or "-" between them, and "/" between its parts.',
    );
  }
  if (path.length > MAX_REPOSITORY_LENGTH) {
    throw invalid(text, `the repository is longer than ${MAX_REPOSITORY_LENGTH} characters`);
  }
  // Docker Hub's official images live in the namespace "library".
  return registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path;
}

function isLoopback(registry: string): boolean {
  const name = registry.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

function invalid(text: string, why: string, hint = EXPECTED): UserError {
  return new UserError(printable(`"${text}" is not an image reference: ${why}.`), {
    code: 'invalid-image-reference',
    hint,
  });
}
