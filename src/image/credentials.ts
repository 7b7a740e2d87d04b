import { UserError } from '../model/errors.ts';
import {
  type AuthEntry,
  type CredentialEnvironment,
  type CredentialFile,
  credentialPaths,
  readCredentialFile,
} from './credential-files.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { canonicalRegistry, DOCKER_HUB, type Repository } from './reference.ts';

/** What proves who we are to a registry, and where it was found. */
export type Credential = { readonly source: string } & (
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string }
);

/** Finds the credentials for a repository. */
export interface Credentials {
  /** The files it looks in. */
  readonly paths: readonly string[];
  /**
   * The credentials for a repository, undefined when there are none (anonymous).
   *
   * @throws UserError `broken-credentials-file`, `broken-credential-helper`
   */
  find(repository: Repository): Promise<Credential | undefined>;
}

/** Where to look, and how long a credential helper may take. */
export interface CredentialsOptions extends CredentialEnvironment {
  readonly helperTimeoutMs?: number;
}

/** Docker Hub's name in Docker's configuration and for its helpers, since its first API. */
const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/';
const HELPER_TIMEOUT_MS = 30_000;
const IDENTITY_TOKEN_USER = '<token>';

/**
 * Credentials from Docker's configuration and Podman's auth file. The files are read when the first
 * registry asks, and once; so is each helper per registry.
 */
export function createCredentials(options: CredentialsOptions): Credentials {
  const { environment, helperTimeoutMs: timeoutMs = HELPER_TIMEOUT_MS } = options;
  const paths = credentialPaths(options);
  const answers = new Map<string, Promise<Credential | undefined>>();
  let reading: Promise<CredentialFile[]> | undefined;

  async function readAll(): Promise<CredentialFile[]> {
    const files = await Promise.all(paths.map(readCredentialFile));
    return files.filter((file) => file !== undefined);
  }

  function ask(helper: string, registry: string): Promise<Credential | undefined> {
    const id = `${helper} ${registry}`;
    const asked = answers.get(id) ?? askHelper(helper, registry, { environment, timeoutMs });
    answers.set(id, asked);
    return asked;
  }

  return {
    paths,
    async find(repository) {
      reading ??= readAll();
      for (const file of await reading) {
        const helper = helperFor(file, repository.registry);
        const found =
          (helper === undefined ? undefined : await ask(helper, repository.registry)) ??
          findEntry(file, repository);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** The helper a file names for a registry: its own, else the one for all. */
function helperFor(file: CredentialFile, registry: string): string | undefined {
  const [, own] =
    Object.entries(file.credHelpers).find(([key]) => normalizeKey(key) === registry) ?? [];
  return own || file.credsStore || undefined;
}

async function askHelper(
  helper: string,
  registry: string,
  options: Parameters<typeof askCredentialHelper>[2],
): Promise<Credential | undefined> {
  const server = registry === DOCKER_HUB ? DOCKER_HUB_SERVER : registry;
  const answer = await askCredentialHelper(helper, server, options);
  if (answer === undefined) return undefined;
  const source = `docker-credential-${helper}`;
  return answer.username === IDENTITY_TOKEN_USER
    ? { kind: 'identity-token', token: answer.secret, source }
    : { kind: 'basic', username: answer.username, password: answer.secret, source };
}

/** The entry for the longest prefix: Podman's keys may go down to a repository (containers-auth.json(5)). */
function findEntry(file: CredentialFile, repository: Repository): Credential | undefined {
  const byKey = new Map(
    Object.entries(file.auths).map(([key, entry]) => [normalizeKey(key), { key, entry }]),
  );
  const path = [repository.registry, ...repository.repository.split('/')];
  for (let length = path.length; length > 0; length--) {
    const match = byKey.get(path.slice(0, length).join('/'));
    const credential = match && readEntry(file.path, match.key, match.entry);
    if (credential !== undefined) return credential;
  }
  return undefined;
}

/** `https://host/v1/`, as old tools wrote it, and `host` name the same registry. */
function normalizeKey(key: string): string {
  const [host = '', ...path] = key
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
    .split('/');
  const scope = path.length === 1 && /^v[12]$/.test(path[0] ?? '') ? [] : path;
  return [canonicalRegistry(host.toLowerCase()), ...scope].join('/');
}

function readEntry(source: string, key: string, entry: AuthEntry): Credential | undefined {
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken, source };
  if (entry.username && entry.password !== undefined) {
    return { kind: 'basic', username: entry.username, password: entry.password, source };
  }
  // With a credential store Docker leaves an empty entry behind.
  if (!entry.auth) return undefined;
  const decoded = Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) {
    throw new UserError(`The credentials file ${source} has a broken "auth" for ${key}.`, {
      code: 'broken-credentials-file',
      hint: 'It must be the base64 form of user:password; log in to that registry again.',
    });
  }
  const password = decoded.slice(colon + 1).replace(/\0+$/, '');
  return { kind: 'basic', username: decoded.slice(0, colon), password, source };
}
