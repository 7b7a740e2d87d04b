import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Bed, startBed } from '../../test/bed/bed.ts';
import { type FaultProxy, type FaultRule, startFaultProxy } from '../../test/bed/faults.ts';
import type { Manifest, ObjectKey } from '../model/object.ts';
import { type ClustersOptions, openClusters } from './kubeconfig.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Cluster } from './port.ts';

/** How a test reaches the cluster `east`, where not as its administrator and straight. */
export interface Way extends Partial<Omit<ClustersOptions, 'kubeconfig'>> {
  /** Fields of the kubeconfig's cluster and user that are other than usual; undefined removes one. */
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
}

/** A real cluster for tests, and ways to it. */
export interface ClusterFixture {
  readonly bed: Bed;
  /** A folder for files of a test. */
  readonly folder: string;
  /** `https://127.0.0.1:PORT` of the API server. */
  readonly server: string;
  /** PEM, of the API server's authority. */
  readonly certificateAuthority: string;
  readonly token: string;
  open(way?: Way): Promise<Cluster>;
  /** Opens the cluster behind a proxy that misbehaves. Pauses between attempts are short. */
  openThrough(rules: readonly FaultRule[], way?: Way): Promise<[Cluster, FaultProxy]>;
  stop(): Promise<void>;
}

/** Starts the cluster `east`, without controllers. */
export async function startCluster(): Promise<ClusterFixture> {
  const bed = await startBed({ clusters: ['east'], nodes: false });
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-cluster-'));
  const config = parse(await readFile(bed.kubeconfigPath, 'utf8'));
  const [{ cluster: east }, { user: admin }] = [config.clusters[0], config.users[0]];
  const encodedAuthority: string = east['certificate-authority-data'];
  const certificateAuthority = Buffer.from(encodedAuthority, 'base64').toString();
  const closers: (() => Promise<void>)[] = [];
  let count = 0;

  const open = async ({ cluster, user, ...options }: Way = {}) => {
    count += 1;
    const kubeconfig = join(folder, `kubeconfig-${count}`);
    const clusters = [{ name: 'c', cluster: { ...east, ...cluster } }];
    const users = [{ name: 'u', user: { ...admin, ...user } }];
    const contexts = [{ name: 'east', context: { cluster: 'c', user: 'u' } }];
    await writeFile(kubeconfig, stringify({ clusters, users, contexts }));
    const cacheDirectory = join(folder, `cache-${count}`);
    const opened = openClusters({ cacheDirectory, environment: {}, ...options, kubeconfig });
    closers.push(() => opened.close());
    return opened.get('east');
  };

  return {
    bed,
    folder,
    server: east.server,
    certificateAuthority,
    token: admin.token,
    open,
    async openThrough(rules, way = {}) {
      const proxy = await startFaultProxy({ url: east.server, certificateAuthority }, rules);
      closers.push(() => proxy.stop());
      const retry = { ...DEFAULT_LIMITS.retry, baseDelayMs: 1, maxDelayMs: 2_000 };
      const limits = { retry, ...way.limits };
      const cluster = { ...way.cluster, server: proxy.url };
      return [await open({ ...way, limits, cluster }), proxy];
    },
    async stop() {
      await Promise.all(closers.map((close) => close()));
      await bed.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The key of an object in the cluster `east`. */
export function keyOf({ apiVersion, kind, metadata }: Manifest): ObjectKey {
  const { name, namespace = '' } = metadata;
  return { cluster: 'east', apiVersion, kind, namespace, name };
}

/** A ConfigMap in the namespace `default`. */
export function configMap(name: string, rest: object = {}): Manifest {
  const metadata = { name, namespace: 'default' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' }, ...rest };
}

/** A Secret in the namespace `default`; values are base64. */
export function secret(name: string, data: Record<string, string>, rest: object = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    data,
    ...rest,
  };
}

/** A Deployment without replicas in the namespace `default`. */
export function deployment(name: string, spec: object = {}): Manifest {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template, ...spec },
  };
}

/** The error that work ends in. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('it did not fail');
}
