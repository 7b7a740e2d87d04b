import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { imageOf } from './images.ts';
import type { Workload } from './workload.ts';

/** A monitor directory of a whole workload. */
export interface RepositoryOptions {
  /** Begins the names of its namespaces, so that a cluster has never seen them. */
  readonly prefix: string;
  /** The registry, as an image reference begins. */
  readonly registryUrl: string;
}

/** Writes the files of all namespaces. */
export async function writeRepository(
  folder: string,
  workload: Workload,
  options: RepositoryOptions,
): Promise<void> {
  for (let namespace = 0; namespace < workload.namespaces; namespace += 1) {
    await writeNamespace(folder, workload, options, namespace, 'first');
  }
}

/** Changes what stands in the YAML of the first application. */
export async function changeOneFile(
  folder: string,
  workload: Workload,
  options: RepositoryOptions,
): Promise<void> {
  await writeNamespace(folder, workload, options, 0, 'second');
}

/** Leaves a repository that declares nothing. */
export async function emptyRepository(folder: string): Promise<void> {
  await rm(folder, { recursive: true });
  await mkdir(folder);
}

async function writeNamespace(
  folder: string,
  workload: Workload,
  { prefix, registryUrl }: RepositoryOptions,
  namespace: number,
  revision: string,
): Promise<void> {
  const { applications, namespaces } = workload;
  const from = Math.ceil((namespace * applications) / namespaces);
  const to = Math.ceil(((namespace + 1) * applications) / namespaces);
  const documents: object[] = workload.shape === 'service-with-secret' ? [secrets(workload)] : [];
  for (let application = from; application < to; application += 1) {
    const version = application === from ? revision : 'first';
    documents.push(...declarations(workload, application, registryUrl, version));
  }
  const path = join(folder, `${prefix}-${namespace}`);
  await mkdir(path, { recursive: true });
  const text = documents.map((document) => stringify(document)).join('---\n');
  await writeFile(join(path, 'index.yaml'), text);
}

function declarations(
  workload: Workload,
  application: number,
  registryUrl: string,
  revision: string,
): object[] {
  switch (workload.shape) {
    case 'service-with-secret':
      return [deployment(workload, application, registryUrl, revision)];
    case 'service-and-files':
      return [
        deployment(workload, application, registryUrl, 'first'),
        yaml(workload, application, [configMap(application, revision), account(application)]),
      ];
    case 'config-map':
      return [yaml(workload, application, [configMap(application, revision)])];
  }
}

function deployment(
  workload: Workload,
  application: number,
  registryUrl: string,
  revision: string,
): object {
  return {
    apiVersion: 'sisyphus/v1',
    kind: 'Deployment',
    metadata: { name: nameOf(application), annotations: { 'example.com/revision': revision } },
    config: {
      env: 'prod',
      image: `${registryUrl}/${imageOf(application % workload.images)}:latest`,
      service: { ports: { http: { number: 80 }, metrics: { number: 9090 } } },
      variables: { token: secretKeyRef('token'), key: secretKeyRef('key.json') },
    },
    footprint: Object.fromEntries(
      workload.clusters.map((name, i) => [name, { replicas: 3 - (i % 2) }]),
    ),
  };
}

function yaml(workload: Workload, application: number, objects: readonly object[]): object {
  return {
    apiVersion: 'sisyphus/v1',
    kind: 'KubernetesYaml',
    metadata: { name: nameOf(application) },
    clusters: workload.clusters,
    objects,
  };
}

function configMap(application: number, revision: string): object {
  const settings = { application: nameOf(application), revision, workers: 4, features: ['a', 'b'] };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: nameOf(application), labels: { 'example.com/team': 'bench' } },
    data: { 'settings.yaml': stringify(settings), LOG_LEVEL: 'info', revision },
  };
}

function account(application: number): object {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: nameOf(application), labels: { 'example.com/team': 'bench' } },
  };
}

function secrets(workload: Workload): object {
  return {
    apiVersion: 'sisyphus/v1',
    kind: 'KubernetesYaml',
    metadata: { name: 'credentials' },
    clusters: workload.clusters,
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'credentials' },
        stringData: { token: 'replace-me', 'key.json': 'replace-me' },
      },
    ],
  };
}

function secretKeyRef(key: string): object {
  return { secretKeyRef: { name: 'credentials', key } };
}

function nameOf(application: number): string {
  return `application-${application}`;
}
