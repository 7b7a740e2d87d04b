import { type SpawnOptions, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { User as ClientUser } from '@kubernetes/client-node';
import type { Access, ClusterAddress, Material } from './access.ts';

/** What proves to a cluster who asks, and to us that it is the right cluster. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly tls: TlsOptions;
}

/** Options of Node's `tls.connect`. */
export interface TlsOptions {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | string | undefined;
  readonly key?: Buffer | string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** Credentials that cannot be had; the message tells why and holds none of them. */
export class CredentialsError extends Error {}

/** How long credentials are good, and how long one waits for them. */
export interface CredentialLimits {
  readonly credentialsMaxAgeMs: number;
  readonly credentialsTimeoutMs: number;
}

/** The part of an authenticator of `@kubernetes/client-node` that is used here. */
interface Authenticator {
  applyAuthentication(user: ClientUser, options: RequestOptions): Promise<void>;
}

/**
 * The credentials of one context. They are read when first needed and again after a while or when
 * the server refused them; whoever asks meanwhile waits for the same reading.
 */
export class CredentialSource {
  readonly #access: Access;
  readonly #limits: CredentialLimits;
  readonly #authProvider: ClientUser['authProvider'];
  #authenticator: Authenticator | undefined;
  #current: Promise<Credentials> | undefined;
  #readAtMs = 0;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(access: Access, limits: CredentialLimits) {
    this.#access = access;
    this.#limits = limits;
    this.#authProvider = structuredClone(access.user.authProvider);
  }

  /** @throws CredentialsError */
  get(): Promise<Credentials> {
    const nowMs = performance.now();
    if (this.#current === undefined || nowMs - this.#readAtMs > this.#limits.credentialsMaxAgeMs) {
      this.#readAtMs = nowMs;
      this.#current = this.#read();
    }
    return this.#current;
  }

  /**
   * Reads anew after the server refused credentials. What was read anew and refused is not asked for
   * again for a while: an exec plugin costs seconds, and everybody who waits would call it.
   *
   * @returns undefined where there is nothing new to try
   */
  async renew(refused: Credentials): Promise<Credentials | undefined> {
    const reading = this.get();
    const current = await reading;
    if (current !== refused) return current;
    if (this.#current !== reading) return this.#current;
    const nowMs = performance.now();
    if (nowMs - this.#renewedAtMs < this.#limits.credentialsMaxAgeMs) return undefined;
    this.#renewedAtMs = nowMs;
    this.#readAtMs = nowMs;
    this.#authenticator = undefined;
    this.#current = this.#read();
    return this.#current;
  }

  async #read(): Promise<Credentials> {
    const { cluster, user } = this.#access;
    const [ca, cert, key, fileToken, asked] = await Promise.all([
      readMaterial(cluster.ca),
      readMaterial(user.certificate),
      readMaterial(user.key),
      user.tokenFile === undefined ? undefined : readToken(user.tokenFile),
      this.#ask(),
    ]);
    const token = fileToken ?? user.token;
    const authorization =
      token === undefined ? (basic(user.basic) ?? asked.authorization) : `Bearer ${token}`;
    return {
      headers: { ...user.headers, ...(authorization === undefined ? {} : { authorization }) },
      tls: {
        ca,
        cert: asked.cert ?? cert,
        key: asked.key ?? key,
        servername: cluster.serverName,
        rejectUnauthorized: !cluster.insecure,
      },
    };
  }

  /** Asks an exec plugin or an identity provider, where the user has one. */
  async #ask(): Promise<Asked> {
    const { exec, authProvider } = this.#access.user;
    if (exec === undefined && authProvider === undefined) return {};
    this.#authenticator ??= await makeAuthenticator(this.#access, this.#limits);
    const options: RequestOptions = { headers: {} };
    const user = { ...(await clientUser(this.#access)), authProvider: this.#authProvider };
    try {
      await this.#authenticator.applyAuthentication(user, options);
    } catch (error) {
      throw explain(this.#access, error);
    }
    const { Authorization: authorization } = options.headers as Record<string, string>;
    const asked = { authorization, cert: options.cert as string, key: options.key as string };
    if (asked.authorization ?? asked.cert) return asked;
    throw explain(this.#access, new TypeError('neither a token nor a certificate'));
  }
}

interface Asked {
  readonly authorization?: string | undefined;
  /** PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * client-node is loaded here and in these parts only: the whole of it takes 0.4 s and 65 MB, most of
 * that for the generated API, and its KubeConfig cannot be had without.
 */
async function makeAuthenticator(
  { user, context }: Access,
  { credentialsTimeoutMs: timeout }: CredentialLimits,
): Promise<Authenticator> {
  if (user.exec !== undefined) {
    const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
    // Its own way to start a plugin leaves standard input open and waits forever.
    const execFn = (command: string, args: readonly string[], options: SpawnOptions) =>
      spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout });
    return Object.assign(new ExecAuth(), { execFn });
  }
  if (user.authProvider?.name === 'oidc') {
    const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
    return new OpenIDConnectAuth();
  }
  const name = user.authProvider?.name ?? '';
  throw new CredentialsError(
    `the user of context ${context} has the auth-provider "${name}", which Kubernetes 1.26 replaced by exec plugins`,
  );
}

async function clientUser({ context, cluster, user }: Access): Promise<ClientUser> {
  const { exec } = user;
  if (exec === undefined) return { name: context };
  const about = exec.wantsCluster ? await describeCluster(cluster) : undefined;
  const spec = { interactive: false, ...(about && { cluster: about }) };
  const information = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec };
  // client-node does not tell a plugin which version to speak, nor to whom.
  const told = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(information) };
  return {
    name: context,
    exec: { command: exec.command, args: exec.args, env: [told, ...exec.env] },
  };
}

async function describeCluster(cluster: ClusterAddress): Promise<object> {
  return {
    server: cluster.server.href.replace(/\/$/, ''),
    'tls-server-name': cluster.serverName,
    'insecure-skip-tls-verify': cluster.insecure || undefined,
    'certificate-authority-data': (await readMaterial(cluster.ca))?.toString('base64'),
    'proxy-url': cluster.proxy?.href,
    config: cluster.execConfig,
  };
}

/** The parser's errors quote what a plugin printed, which may be a token: they are not passed on. */
function explain({ user, context }: Access, error: unknown): CredentialsError {
  if (error instanceof CredentialsError) return error;
  const { exec } = user;
  if (exec === undefined) {
    return new CredentialsError(`the identity provider of context ${context} gave no token`);
  }
  const plugin = `the credential plugin ${exec.command}`;
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    const hint = exec.installHint === undefined ? '' : `; ${oneLine(exec.installHint)}`;
    return new CredentialsError(`${plugin} is not installed${hint}`);
  }
  if (error instanceof SyntaxError || error instanceof TypeError) {
    return new CredentialsError(`${plugin} printed no ExecCredential`);
  }
  const said = oneLine((error as Error).message);
  return new CredentialsError(
    `${plugin} ${said === '' ? 'failed or took too long' : `failed: ${said}`}`,
  );
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

async function readMaterial(material: Material | undefined): Promise<Buffer | undefined> {
  if (material === undefined) return undefined;
  return 'data' in material ? material.data : await read(material.file);
}

async function readToken(file: string): Promise<string> {
  return (await read(file)).toString('utf8').trim();
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CredentialsError(`the file ${file} cannot be read (${code})`);
  }
}

function basic(pair: string | undefined): string | undefined {
  return pair === undefined ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`;
}
