import type { JsonValue } from '../model/json.ts';

/** A certificate or key: PEM, or where its PEM is. */
export type Material = { readonly data: Buffer } | { readonly file: string };

/** Where a cluster is and how to know it for the right one. */
export interface ClusterAddress {
  /** May have a path, as behind Rancher. */
  readonly server: URL;
  /** Whom to trust instead of the system's authorities. */
  readonly ca?: Material | undefined;
  /** Whether the server's certificate is not looked at. */
  readonly insecure: boolean;
  /** The name that the server's certificate has to bear, where it is not the URL's. */
  readonly serverName?: string | undefined;
  readonly proxy?: URL | undefined;
  /** What the kubeconfig says to exec plugins about this cluster. */
  readonly execConfig?: JsonValue | undefined;
}

/** A command that prints credentials (kubernetes.io/docs/reference/access-authn-authz, KEP-541). */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** What a person is told who does not have the command. */
  readonly installHint?: string | undefined;
  /** Whether the plugin is told about the cluster. */
  readonly wantsCluster: boolean;
}

/** Who one is to a cluster. */
export interface User {
  readonly certificate?: Material | undefined;
  readonly key?: Material | undefined;
  readonly token?: string | undefined;
  /** Comes before `token`; read again from time to time. */
  readonly tokenFile?: string | undefined;
  /** `user:password`. */
  readonly basic?: string | undefined;
  /** Sent with every request: impersonation. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly exec?: ExecPlugin | undefined;
  readonly authProvider?:
    | { readonly name: string; readonly config: Readonly<Record<string, string>> }
    | undefined;
}

/** Everything it takes to reach a cluster. */
export interface Access {
  readonly context: string;
  readonly cluster: ClusterAddress;
  readonly user: User;
}
