import type { TaskName } from './tasks.ts';

/** What one application is made of. */
export type Shape =
  /** A Deployment and a Service from a program; a Secret for each namespace. */
  | 'service-with-secret'
  /** A Deployment and a Service from a program, a ConfigMap and a ServiceAccount as they stand. */
  | 'service-and-files'
  /** A ConfigMap as it stands. */
  | 'config-map';

/** How much to deploy, and what is measured with it. */
export interface Workload {
  readonly name: string;
  readonly shape: Shape;
  readonly applications: number;
  readonly namespaces: number;
  /** Config images that the applications share evenly; none for a shape without programs. */
  readonly images: number;
  readonly clusters: readonly string[];
  /** How often it is measured unless a flag says otherwise. */
  readonly repetitions: number;
  /** What is measured beyond the tasks of every workload. */
  readonly also: readonly TaskName[];
  /** Only with `--large`. */
  readonly large?: true;
}

/** The least that a round can be: it warms API servers up, and is enough to try the benchmark. */
export function tiny(clusters: readonly string[]): Workload {
  return scale(10, 1, [], { name: 'warm-up', clusters });
}

/** Everything that can be measured task by task. */
export const workloads: readonly Workload[] = [
  {
    name: 'applications',
    shape: 'service-with-secret',
    applications: 100,
    namespaces: 10,
    images: 50,
    clusters: ['east', 'west'],
    repetitions: 3,
    also: ['pushWarm', 'diffNothing', 'kubectlDiffNothing', 'applyNothing', 'applyAll'],
  },
  scale(10, 3, ['applyNothing']),
  scale(100, 3, ['applyNothing']),
  scale(1_000, 2, ['pushWarm', 'applyNothing']),
  { ...scale(3_000, 1, []), large: true },
  scale(100, 1, [], { name: 'clusters-2', clusters: numbered(2) }),
  scale(100, 1, [], { name: 'clusters-10', clusters: numbered(10) }),
  {
    name: 'config-maps',
    shape: 'config-map',
    applications: 10_000,
    namespaces: 40,
    images: 0,
    clusters: ['one'],
    repetitions: 1,
    also: [],
  },
];

/** One program for each application. */
export const distinctPrograms = scale(1_000, 1, [], { name: 'programs', images: 1_000 });

/** For ten clusters of which one will be lost; enough that the others take some seconds. */
export const beforeLoss = scale(50, 3, [], { name: 'black-hole', clusters: numbered(10) });

/** Names for so many clusters. */
function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `c${i}`);
}

/** Applications of four objects: 25 in a namespace, five of an image. */
function scale(
  applications: number,
  repetitions: number,
  also: readonly TaskName[],
  rest: Partial<Workload> = {},
): Workload {
  return {
    name: `scale-${applications}`,
    shape: 'service-and-files',
    applications,
    namespaces: Math.ceil(applications / 25),
    images: applications / 5,
    clusters: ['one'],
    repetitions,
    also,
    ...rest,
  };
}

/** How many objects of each kind the workload has in one cluster. */
export function kindsOf(workload: Workload): Readonly<Record<string, number>> {
  const { applications, namespaces, shape } = workload;
  const service = { Deployment: applications, Service: applications };
  switch (shape) {
    case 'service-with-secret':
      return { Namespace: namespaces, Secret: namespaces, ...service };
    case 'service-and-files':
      return {
        Namespace: namespaces,
        ...service,
        ConfigMap: applications,
        ServiceAccount: applications,
      };
    case 'config-map':
      return { Namespace: namespaces, ConfigMap: applications };
  }
}

/** All objects of a workload, over all clusters. */
export function objectCount(workload: Workload): number {
  const inOne = Object.values(kindsOf(workload)).reduce((sum, count) => sum + count, 0);
  return inOne * workload.clusters.length;
}

/** How many Deployments, over all clusters, use so many of the images. */
export function deploymentsOf(workload: Workload, images: number): number {
  return (images / workload.images) * workload.applications * workload.clusters.length;
}

/** What a change of one application's YAML changes, over all clusters. */
export function changedByYaml({ shape, clusters }: Workload): number {
  // An annotation goes to the Deployment and the Service; a ConfigMap stands for itself.
  return (shape === 'service-with-secret' ? 2 : 1) * clusters.length;
}
