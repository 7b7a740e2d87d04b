import type {
  CronJobDeclaration,
  DeploymentDeclaration,
  KubernetesYamlDeclaration,
  Located,
} from '../model/declaration.ts';
import type { SisyphusKind, ValidDocument } from './schema.ts';
import type { Path, YamlDocument } from './yaml-document.ts';

/** A declaration before its folder and the objects of its sources are known. */
export type DeclarationBody =
  | Omit<DeploymentDeclaration, 'id'>
  | Omit<CronJobDeclaration, 'id'>
  | Omit<KubernetesYamlDeclaration, 'id' | 'objects'>;

/** A valid document of any kind. */
export type AnyValidDocument = { [Kind in SisyphusKind]: ValidDocument<Kind> }[SisyphusKind];

type ProgramDocument = ValidDocument<'Deployment'> | ValidDocument<'CronJob'>;

/** Makes a declaration of a valid document; undefined for a SisyphusYaml, which declares nothing. */
export function declarationBody(
  value: AnyValidDocument,
  document: YamlDocument,
): DeclarationBody | undefined {
  switch (value.kind) {
    case 'Deployment':
      return deployment(value, document);
    case 'CronJob':
      return cronJob(value, document);
    case 'KubernetesYaml':
      return kubernetesYaml(value, document);
    case 'SisyphusYaml':
      return undefined;
  }
}

function deployment(
  value: ValidDocument<'Deployment'>,
  document: YamlDocument,
): Omit<DeploymentDeclaration, 'id'> {
  return {
    type: 'Deployment',
    ...program(value, document),
    servicePorts: mapValues(value.config.service?.ports, ({ name, number }, port) => ({
      ...(name == null ? {} : { name }),
      number,
      position: document.position(['config', 'service', 'ports', port], 'key'),
    })),
    footprint: mapValues(value.footprint, ({ replicas }, context) => ({
      ...(replicas == null ? {} : { replicas }),
      position: document.position(['footprint', context], 'key'),
    })),
  };
}

function cronJob(
  value: ValidDocument<'CronJob'>,
  document: YamlDocument,
): Omit<CronJobDeclaration, 'id'> {
  const { schedule, concurrencyPolicy, restartPolicy } = value.config;
  return {
    type: 'CronJob',
    ...program(value, document),
    schedule,
    ...(concurrencyPolicy == null ? {} : { concurrencyPolicy }),
    restartPolicy: restartPolicy ?? 'OnFailure',
    footprint: mapValues(value.footprint, (_, context) => ({
      position: document.position(['footprint', context], 'key'),
    })),
  };
}

function kubernetesYaml(
  value: ValidDocument<'KubernetesYaml'>,
  document: YamlDocument,
): Omit<KubernetesYamlDeclaration, 'id' | 'objects'> {
  const clusters = value.clusters
    .map((cluster, index) => located(cluster, document, ['clusters', index]))
    .filter((cluster, index) => value.clusters.indexOf(cluster.value) === index);
  return { type: 'KubernetesYaml', position: document.position(), clusters };
}

/** What Deployments and CronJobs have in common. */
function program({ metadata, config }: ProgramDocument, document: YamlDocument) {
  return {
    position: document.position(),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    environment: config.env,
    image: located(config.image, document, ['config', 'image']),
    variables: mapValues(config.variables, ({ secretKeyRef }, name) => ({
      value: secretKeyRef,
      position: document.position(['config', 'variables', name], 'key'),
    })),
  };
}

function located<T>(value: T, document: YamlDocument, path: Path): Located<T> {
  return { value, position: document.position(path) };
}

function mapValues<T, U>(
  map: Readonly<Record<string, T>> | null | undefined,
  change: (value: T, key: string) => U,
): Record<string, U> {
  const entries = Object.entries(map ?? {}).map(
    ([key, value]) => [key, change(value, key)] as const,
  );
  return Object.fromEntries(entries);
}
