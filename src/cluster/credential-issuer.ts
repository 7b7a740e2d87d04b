import { type ChildProcess, type SpawnOptions, type StdioOptions, spawn } from 'node:child_process';
import type { RequestOptions } from 'node:https';
import type { User as ClientUser } from '@kubernetes/client-node';
import type { Access, ClusterAddress } from './access.ts';
import { CredentialsError, readMaterial } from './material.ts';

/** What an issuer gave. */
export interface Issued {
  /** The header of that name. */
  readonly authorization?: string | undefined;
  /** PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** The part of an authenticator of `@kubernetes/client-node` that is used here. */
interface Authenticator {
  applyAuthentication(user: ClientUser, options: RequestOptions): Promise<void>;
}

/** How long an exec plugin may take. */
export interface Patience {
  readonly timeoutMs: number;
  /** Ends it at once when it aborts. */
  readonly signal: AbortSignal;
}

/** Gets credentials of a context from an exec plugin or an identity provider, where the user has one. */
export class CredentialIssuer {
  readonly #access: Access;
  readonly #patience: Patience;
  /** A copy, because client-node puts renewed tokens into it. */
  readonly #authProvider: ClientUser['authProvider'];
  #authenticator: Authenticator | undefined;

  constructor(access: Access, patience: Patience) {
    this.#access = access;
    this.#patience = patience;
    this.#authProvider = structuredClone(access.user.authProvider);
  }

  /**
   * Asks for credentials; those that have not expired come again without asking.
   *
   * @throws CredentialsError
   */
  async ask(): Promise<Issued> {
    const { exec, authProvider } = this.#access.user;
    if (exec === undefined && authProvider === undefined) return {};
    this.#authenticator ??= await makeAuthenticator(this.#access, this.#patience);
    const options: RequestOptions = { headers: {} };
    const user = { ...(await clientUser(this.#access)), authProvider: this.#authProvider };
    try {
      await this.#authenticator.applyAuthentication(user, options);
    } catch (error) {
      throw explain(this.#access, error);
    }
    const { Authorization: authorization } = options.headers as Record<string, string>;
    const issued = { authorization, cert: options.cert as string, key: options.key as string };
    if (issued.authorization ?? issued.cert) return issued;
    throw explain(this.#access, new TypeError('neither a token nor a certificate'));
  }

  /** Makes the next asking a real one. */
  forget(): void {
    this.#authenticator = undefined;
  }
}

/**
 * client-node is loaded here and in these parts only: the whole of it takes 0.4 s and 65 MB, most of
 * that for the generated API, and its KubeConfig cannot be had without.
 */
async function makeAuthenticator(
  { user, context }: Access,
  patience: Patience,
): Promise<Authenticator> {
  if (user.exec !== undefined) {
    const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
    return Object.assign(new ExecAuth(), { execFn: startsPlugins(patience) });
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

/** client-node's own way to start a plugin leaves standard input open and waits forever. */
function startsPlugins({ timeoutMs: timeout, signal }: Patience) {
  return (command: string, args: readonly string[], options: SpawnOptions): ChildProcess => {
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    const plugin = spawn(command, args, { ...options, stdio, timeout, signal });
    plugin.once('exit', (_, stoppedBy) => {
      if (stoppedBy === null) return;
      // What a plugin that is stopped has started itself may hold its output open for as long as it likes.
      plugin.stdout?.destroy();
      plugin.stderr?.destroy();
    });
    return plugin;
  };
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
