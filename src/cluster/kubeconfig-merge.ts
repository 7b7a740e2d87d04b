import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { UserError } from '../model/errors.ts';
import { compareBytes } from '../model/object.ts';
import type { Access, ClusterAddress, Material, User } from './access.ts';
import {
  type FileCluster,
  type FileExec,
  type FileUser,
  type KubeconfigFile,
  readKubeconfigFile,
} from './kubeconfig-file.ts';

/** One or several kubeconfig files as one. */
export interface Kubeconfig {
  /** The files that exist, in the order in which they were asked. */
  readonly paths: readonly string[];
  /** The names of all contexts, sorted. */
  readonly contexts: readonly string[];
  /** The context to use where none is named; there need not be one of that name. */
  readonly current: string | undefined;
  /**
   * What it takes to reach a context's cluster; undefined where there is no such context.
   *
   * @throws UserError `broken-kubeconfig` for a context whose cluster or user is missing or unusable
   */
  access(context: string): Access | undefined;
}

/**
 * Reads the kubeconfig files that kubectl would read: those of `KUBECONFIG`, else `~/.kube/config`.
 * Files that do not exist are passed over; of several definitions of a name the first one counts,
 * whole (kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig).
 *
 * @param variable the value of `KUBECONFIG`: paths with the platform's delimiter between them
 * @returns undefined where none of the files exists
 * @throws UserError `broken-kubeconfig`
 */
export function readKubeconfig(variable: string | undefined): Kubeconfig | undefined {
  const files = kubeconfigPaths(variable)
    .map((path) => readKubeconfigFile(path))
    .filter((file) => file !== undefined);
  if (files.length === 0) return undefined;
  const contexts = new Set(files.flatMap((file) => [...file.contexts.keys()]));
  return {
    paths: files.map((file) => file.path),
    contexts: [...contexts].sort(compareBytes),
    current: files.find((file) => file.current !== undefined)?.current,
    access: (context) => findAccess(files, context),
  };
}

/** Where kubeconfig files are looked for. */
export function kubeconfigPaths(variable: string | undefined): string[] {
  const named = (variable ?? '').split(delimiter).filter((path) => path !== '');
  const paths = named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
  return [...new Set(paths.map((path) => resolve(path)))];
}

function findAccess(files: readonly KubeconfigFile[], name: string): Access | undefined {
  const home = files.find((file) => file.contexts.has(name));
  const context = home?.contexts.get(name);
  if (home === undefined || context === undefined) return undefined;
  const missing = (what: string) => broken(home.path, `the context ${name} names ${what}`);

  const clusterHome = files.find((file) => file.clusters.has(context.cluster));
  const cluster = clusterHome?.clusters.get(context.cluster);
  if (clusterHome === undefined || cluster === undefined) {
    throw missing(`the cluster "${context.cluster}", which is not defined`);
  }
  const address = readAddress(context.cluster, cluster, clusterHome.path);
  if (!context.user) return { context: name, cluster: address, user: { headers: {} } };

  const userHome = files.find((file) => file.users.has(context.user ?? ''));
  const user = userHome?.users.get(context.user);
  if (userHome === undefined || user === undefined) {
    throw missing(`the user "${context.user}", which is not defined`);
  }
  return { context: name, cluster: address, user: readUser(user, userHome.path) };
}

function readAddress(name: string, entry: FileCluster, path: string): ClusterAddress {
  const server = httpUrl(entry.server);
  if (server === undefined) {
    throw broken(path, `the cluster "${name}" has no http or https URL as its server`);
  }
  const proxy = entry['proxy-url'] ? httpUrl(entry['proxy-url']) : undefined;
  if (entry['proxy-url'] && proxy === undefined) {
    throw broken(path, `the cluster "${name}" has a proxy-url that is no http or https URL`);
  }
  const extension = entry.extensions?.find((one) => one.name === EXEC_EXTENSION);
  return {
    server,
    ca: material(path, entry['certificate-authority-data'], entry['certificate-authority']),
    insecure: entry['insecure-skip-tls-verify'] ?? false,
    serverName: entry['tls-server-name'] || undefined,
    proxy,
    execConfig: extension?.extension,
  };
}

function httpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
}

/** Where a kubeconfig keeps what an exec plugin wants to know of a cluster (KEP-541). */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

function readUser(entry: FileUser, path: string): User {
  const tokenFile = entry.tokenFile || undefined;
  return {
    certificate: material(path, entry['client-certificate-data'], entry['client-certificate']),
    key: material(path, entry['client-key-data'], entry['client-key']),
    token: entry.token || undefined,
    tokenFile: tokenFile === undefined ? undefined : besideFile(path, tokenFile),
    basic: entry.username ? `${entry.username}:${entry.password ?? ''}` : undefined,
    headers: impersonation(entry),
    exec: entry.exec ? readExec(entry.exec, path) : undefined,
    authProvider: entry['auth-provider']
      ? { name: entry['auth-provider'].name, config: entry['auth-provider'].config ?? {} }
      : undefined,
  };
}

/** A command without a folder is looked up in PATH, any other one beside the kubeconfig. */
function readExec(entry: FileExec, path: string): User['exec'] {
  const isPath = entry.command.includes(sep);
  return {
    apiVersion: entry.apiVersion ?? 'client.authentication.k8s.io/v1',
    command: isPath ? besideFile(path, entry.command) : entry.command,
    args: entry.args ?? [],
    env: (entry.env ?? []).map(({ name, value }) => ({ name, value })),
    installHint: entry.installHint || undefined,
    wantsCluster: entry.provideClusterInfo ?? false,
  };
}

/** The headers of user impersonation (kubernetes.io/docs/reference/access-authn-authz). */
function impersonation(entry: FileUser): Record<string, string | string[]> {
  const extra = Object.entries(entry['as-user-extra'] ?? {}).map(([key, values]) => [
    `Impersonate-Extra-${encodeURIComponent(key)}`,
    values,
  ]);
  return {
    ...(entry.as ? { 'Impersonate-User': entry.as } : {}),
    ...(entry['as-uid'] ? { 'Impersonate-Uid': entry['as-uid'] } : {}),
    ...(entry['as-groups']?.length ? { 'Impersonate-Group': entry['as-groups'] } : {}),
    ...Object.fromEntries(extra),
  };
}

function material(
  path: string,
  data: string | null | undefined,
  file: string | null | undefined,
): Material | undefined {
  if (data) return { data: Buffer.from(data, 'base64') };
  return file ? { file: besideFile(path, file) } : undefined;
}

function besideFile(kubeconfig: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(kubeconfig), path);
}

function broken(path: string, why: string): UserError {
  return new UserError(`the kubeconfig ${path} is broken: ${why}`, {
    code: 'broken-kubeconfig',
    hint: 'kubectl config view shows all files as one',
  });
}
