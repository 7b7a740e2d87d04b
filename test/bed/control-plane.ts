import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callApi } from './api-call.ts';
import type { ControlPlaneBinaries } from './build.ts';
import { startNode } from './cluster-node.ts';
import { freePort } from './free-port.ts';
import type { ClusterAccess } from './kubeconfig.ts';
import { type ServerProcess, type StartProgram, startServer, waitUntil } from './server-process.ts';

/** What a control plane starts from. */
export interface ControlPlaneOptions {
  /** The name of its context. */
  readonly name: string;
  /** A folder of its own, which is made here, inside `scratch`. */
  readonly folder: string;
  /** The folder of the whole bed. */
  readonly scratch: string;
  readonly binaries: ControlPlaneBinaries;
  /** Whether controllers, a scheduler and a node run, so that Deployments become ready. */
  readonly nodes: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A Kubernetes control plane on this machine. */
export interface ControlPlane extends ClusterAccess {
  stop(): Promise<void>;
}

const readyDeadlineMs = 120_000;
/** How often a port that was free may turn out to be taken when the API server starts. */
const portAttempts = 5;

/**
 * Starts etcd and an API server, and with `nodes` all that makes Deployments ready, and waits until
 * it can be used.
 * @throws ServiceError (`bed-failed`) with the log of what failed; nothing is left running then
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const servers: ServerProcess[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.kill()));
  };
  const start: StartProgram = (name, binary, args) => {
    const { folder, scratch } = options;
    const server = startServer({ name, binary, args, folder, scratch });
    servers.push(server);
    return server;
  };
  try {
    const files = await writeFiles(options);
    const etcd = startEtcd(files, options, start);
    const access = await startApiServer(files, options, etcd, start);
    if (options.nodes) await startNode(access, { ...options, files }, start);
    return { ...access, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type ControlPlaneFiles = Awaited<ReturnType<typeof writeFiles>>;

async function writeFiles({ name, folder }: ControlPlaneOptions) {
  const files = {
    etcdData: join(folder, 'etcd'),
    etcdSocket: join(folder, 'etcd.sock'),
    certificates: join(folder, 'certificates'),
    certificate: join(folder, 'certificates', 'apiserver.crt'),
    tokens: join(folder, 'tokens.csv'),
    accountKey: join(folder, 'service-account.key'),
    accountPublicKey: join(folder, 'service-account.pub'),
    kubeconfig: join(folder, 'kubeconfig'),
    token: randomBytes(16).toString('hex'),
    name,
  };
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await mkdir(folder, { recursive: true });
  await writeFile(files.tokens, `${files.token},admin,admin,system:masters\n`, { mode: 0o600 });
  await writeFile(files.accountKey, privateKey, { mode: 0o600 });
  await writeFile(files.accountPublicKey, publicKey);
  return files;
}

/** etcd listens on a Unix socket, which cannot collide as a port can. It never meets a peer. */
function startEtcd(files: ControlPlaneFiles, options: ControlPlaneOptions, start: StartProgram) {
  return start('etcd', options.binaries.bed, [
    'etcd',
    `--data-dir=${files.etcdData}`,
    `--listen-client-urls=unix://${files.etcdSocket}`,
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
    '--log-level=error',
  ]);
}

/** Starts the API server, on another port where somebody takes the first one meanwhile. */
async function startApiServer(
  files: ControlPlaneFiles,
  options: ControlPlaneOptions,
  etcd: ServerProcess,
  start: StartProgram,
): Promise<ClusterAccess> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = start('kube-apiserver', options.binaries.bed, apiServerArgs(files, port));
    try {
      return await waitUntil(
        {
          purpose: `cluster ${options.name} to be ready`,
          servers: [server, etcd],
          deadlineMs: readyDeadlineMs,
          signal: options.signal,
        },
        () => readyCluster(files, port),
      );
    } catch (error) {
      const collided = server.hasEnded() && /address already in use/.test(await server.logTail());
      if (!collided || attempt === portAttempts) throw error;
    }
  }
}

/**
 * A server as it comes but for these: no ServiceAccount admission (it would hold Pods back until the
 * controllers run), no endpoints of its own (they may not be loopback), no metrics polling of etcd.
 */
function apiServerArgs(files: ControlPlaneFiles, port: number): string[] {
  return [
    'kube-apiserver',
    `--etcd-servers=unix://${files.etcdSocket}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${files.certificates}`,
    `--service-account-key-file=${files.accountPublicKey}`,
    `--service-account-signing-key-file=${files.accountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.0.0.0/16',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
    '--etcd-count-metric-poll-period=0',
    '--etcd-db-metric-poll-interval=0',
  ];
}

/** The way to a cluster once it is ready; the server makes its certificate while it starts. */
async function readyCluster(files: ControlPlaneFiles, port: number) {
  const certificateAuthority = await readFile(files.certificate, 'utf8');
  const access: ClusterAccess = {
    name: files.name,
    server: `https://127.0.0.1:${port}`,
    certificateAuthority,
    token: files.token,
  };
  const { status } = await callApi(access, 'GET', '/readyz');
  return status === 200 ? access : undefined;
}
