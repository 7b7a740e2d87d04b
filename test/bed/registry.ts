import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { registryBinary } from './build.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { type ServerProcess, serverFailure, startServer } from './server-process.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

/** How a registry lets people in. */
export interface RegistryOptions {
  /** `basic` is htpasswd, `token` bearer tokens from a token server beside it. Default: `none`. */
  readonly auth?: 'none' | 'basic' | 'token';
  /** Serves HTTPS with a certificate of its own making. Default: plain HTTP. */
  readonly tls?: boolean;
  /** With `token`: whoever comes without credentials may pull. */
  readonly anonymousPull?: boolean;
  /** Stops waiting for the start. */
  readonly signal?: AbortSignal;
}

/** A real OCI registry (distribution 3) that allows deletes and forgets everything when stopped. */
export interface Registry {
  /** `http://127.0.0.1:PORT`, or `https://…` with `tls`. */
  readonly url: string;
  /** `127.0.0.1:PORT`, as an image reference begins. */
  readonly host: string;
  /** Whom the registry knows, where it wants credentials. */
  readonly username?: string;
  readonly password?: string;
  /** The PEM certificate to trust, with `tls`. */
  readonly certificate?: string;
  /** Its storage, so that a test can spoil what is in it (see `blobPath` in oci.ts). */
  readonly storageFolder: string;
  stop(): Promise<void>;
}

const username = 'sisyphus';
const password = 'uphill-again';
/** The password as bcrypt, the only hash that the registry accepts; the lowest cost, for speed. */
const passwordHash = '$2a$04$ck57cr7wHKBJ69MWJeoeb.RL5QyT/F/xVC.7yWtegull.OFb4.w9C';

/**
 * Starts a registry on a free port of this machine.
 * @throws ServiceError (`bed-failed`) when it does not start, with the end of its log
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const { auth = 'none', tls = false, anonymousPull = false, signal } = options;
  const binary = await registryBinary(signal);
  const scratch = await makeScratch('registry');
  const tokens =
    auth === 'token' ? await startTokenServer({ username, password, anonymousPull }) : undefined;
  const files = registryFiles(scratch);
  await mkdir(files.storage);
  await writeFile(files.htpasswd, `${username}:${passwordHash}\n`);
  await writeFile(files.jwks, JSON.stringify(tokens?.jwks ?? {}));
  await writeFile(files.configuration, stringify(configuration(files, auth, tls, tokens)));
  const server = startServer({
    name: 'registry',
    binary,
    args: [files.configuration],
    folder: scratch,
    scratch,
  });
  const stop = async () => {
    await Promise.all([server.kill(), tokens?.stop()]);
    await removeScratch(scratch);
  };
  try {
    const host = await address(server);
    return {
      url: `${tls ? 'https' : 'http'}://${host}`,
      host,
      ...(auth !== 'none' && { username, password }),
      ...(tls && { certificate: await readFile(files.certificate, 'utf8') }),
      storageFolder: files.storage,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the registry announces once it listens. */
async function address(server: ServerProcess): Promise<string> {
  const line = await Promise.race([server.firstLine, server.ended]);
  if (line === undefined) throw await serverFailure(server, 'ended before it listened');
  return line;
}

type RegistryFiles = ReturnType<typeof registryFiles>;

function registryFiles(folder: string) {
  return {
    configuration: join(folder, 'registry.yaml'),
    storage: join(folder, 'storage'),
    htpasswd: join(folder, 'htpasswd'),
    jwks: join(folder, 'jwks.json'),
    certificate: join(folder, 'certificate.pem'),
    key: join(folder, 'key.pem'),
  };
}

/** https://distribution.github.io/distribution/about/configuration/ */
function configuration(
  files: RegistryFiles,
  auth: RegistryOptions['auth'],
  tls: boolean,
  tokens: TokenServer | undefined,
): object {
  return {
    version: '0.1',
    storage: {
      filesystem: { rootdirectory: files.storage },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: {
      addr: '127.0.0.1:0',
      ...(tls && { tls: { certificate: files.certificate, key: files.key } }),
    },
    ...(auth === 'basic' && {
      auth: { htpasswd: { realm: 'sisyphus-bed', path: files.htpasswd } },
    }),
    ...(tokens && {
      auth: {
        token: {
          realm: tokens.realm,
          service: tokens.service,
          issuer: tokens.issuer,
          jwks: files.jwks,
        },
      },
    }),
  };
}
