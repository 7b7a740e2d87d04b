import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../model/errors.ts';
import { parseJsonBytes } from './json-bytes.ts';

/** What this process inherits and credentials depend on. */
export interface CredentialEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** Where there are Unix users; Podman's file is below it where there is no session. */
  readonly userId?: number | undefined;
}

const authEntry = z.looseObject({
  auth: z.optional(z.string()),
  username: z.optional(z.string()),
  password: z.optional(z.string()),
  identitytoken: z.optional(z.string()),
});

/** Docker's `config.json`; Podman's `auth.json` (containers-auth.json(5)) has the same shape. */
const fileSchema = z.looseObject({
  auths: z._default(z.record(z.string(), authEntry), {}),
  credHelpers: z._default(z.record(z.string(), z.string()), {}),
  credsStore: z._default(z.string(), ''),
});

/** An entry of `auths`. */
export type AuthEntry = z.infer<typeof authEntry>;

/** A file of credentials as read. */
export interface CredentialFile extends z.infer<typeof fileSchema> {
  readonly path: string;
}

/**
 * The files credentials are looked for in, the first first: the one that `REGISTRY_AUTH_FILE` names
 * for this process, then Docker's, then Podman's.
 */
export function credentialPaths(options: CredentialEnvironment): string[] {
  const { environment, homeDirectory, userId } = options;
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment;
  const docker = join(DOCKER_CONFIG || join(homeDirectory, '.docker'), 'config.json');
  if (REGISTRY_AUTH_FILE) return [REGISTRY_AUTH_FILE, docker];
  // containers-auth.json(5); without a session, as for root, `podman login` writes below /run.
  const perUser = userId === undefined ? [] : join('/run/containers', String(userId));
  const podman = [
    XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, 'containers') : perUser,
    join(XDG_CONFIG_HOME || join(homeDirectory, '.config'), 'containers'),
  ].flat();
  return [docker, ...podman.map((directory) => join(directory, 'auth.json'))];
}

/**
 * Reads one file of credentials; undefined when there is none.
 *
 * @throws UserError `broken-credentials-file` when it cannot be read or is not what it should be;
 *   the error never quotes the file
 */
export async function readCredentialFile(path: string): Promise<CredentialFile | undefined> {
  const bytes = await readBytes(path);
  if (bytes === undefined) return undefined;
  const value = parseJsonBytes(bytes);
  if (value === undefined) throw broken(path, 'is not valid JSON');
  const file = fileSchema.safeParse(value);
  if (!file.success) {
    const where = file.error.issues[0]?.path.join('.') ?? '';
    throw broken(path, where === '' ? 'is not a JSON object' : `has a wrong value at ${where}`);
  }
  return { ...file.data, path };
}

async function readBytes(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw broken(path, `cannot be read (${code})`, cause);
  }
}

function broken(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`The credentials file ${path} ${why}.`, {
    code: 'broken-credentials-file',
    hint: 'Expected a JSON object with auths, credHelpers or credsStore, as docker login or podman login writes it.',
    cause,
  });
}
