import type { Access } from './access.ts';
import { CredentialIssuer } from './credential-issuer.ts';
import { readMaterial, readToken } from './material.ts';

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

/** How long credentials are good, and how long one waits for them. */
export interface CredentialLimits {
  readonly credentialsMaxAgeMs: number;
  readonly credentialsTimeoutMs: number;
}

/**
 * The credentials of one context. They are read when first needed and again after a while or when
 * the server refused them; whoever asks meanwhile waits for the same reading.
 */
export class CredentialSource {
  readonly #access: Access;
  readonly #limits: CredentialLimits;
  readonly #issuer: CredentialIssuer;
  readonly #closing = new AbortController();
  #current: Promise<Credentials> | undefined;
  #readAtMs = 0;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(access: Access, limits: CredentialLimits) {
    this.#access = access;
    this.#limits = limits;
    const { credentialsTimeoutMs: timeoutMs } = limits;
    this.#issuer = new CredentialIssuer(access, { timeoutMs, signal: this.#closing.signal });
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
    this.#issuer.forget();
    this.#current = this.#read();
    return this.#current;
  }

  /** Ends a plugin that is still at work: it may wait for a person, and nobody waits for it any more. */
  close(): void {
    this.#closing.abort();
  }

  async #read(): Promise<Credentials> {
    const { cluster, user } = this.#access;
    const [ca, cert, key, fileToken, issued] = await Promise.all([
      readMaterial(cluster.ca),
      readMaterial(user.certificate),
      readMaterial(user.key),
      user.tokenFile === undefined ? undefined : readToken(user.tokenFile),
      this.#issuer.ask(),
    ]);
    const token = fileToken ?? user.token;
    const authorization =
      token === undefined ? (basic(user.basic) ?? issued.authorization) : `Bearer ${token}`;
    return {
      headers: { ...user.headers, ...(authorization === undefined ? {} : { authorization }) },
      tls: {
        ca,
        cert: issued.cert ?? cert,
        key: issued.key ?? key,
        servername: cluster.serverName,
        rejectUnauthorized: !cluster.insecure,
      },
    };
  }
}

function basic(pair: string | undefined): string | undefined {
  return pair === undefined ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`;
}
