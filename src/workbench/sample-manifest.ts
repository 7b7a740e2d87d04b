import type { Application, Binary } from '../model/application.ts';
import type { CronJobDeclaration, DeploymentDeclaration } from '../model/declaration.ts';
import { InternalError } from '../model/errors.ts';
import type { Manifest } from '../model/object.ts';
import { renderWorkload } from '../render/workload.ts';

/** The kinds of declarations that have a program. */
export const WORKLOADS = ['deployment', 'cronjob'] as const;

export type WorkloadKind = (typeof WORKLOADS)[number];

/** What a manifest is rendered for. */
export interface Sample {
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  readonly binary: Binary;
  /** The config image's resolved reference. */
  readonly image: string;
}

/** Where nothing stands in a file. */
const position = { file: '', line: 0, column: 0 };
/** The declaration knows better. */
const SCHEDULE = '0 0 * * *';

/**
 * Renders the workload that a push would, as far as it does not depend on a declaration: every variable
 * is the key of its own name in a Secret of its own name.
 *
 * @throws UserError for an Application that cannot be that workload
 */
export function sampleManifest(
  application: Application,
  kind: WorkloadKind,
  { name, namespace, environment, binary, image }: Sample,
): Manifest {
  const common = {
    position,
    environment,
    labels: {},
    annotations: {},
    image: { value: image, position },
    variables: variablesOf(application),
  };
  const declaration: DeploymentDeclaration | CronJobDeclaration =
    kind === 'deployment'
      ? {
          ...common,
          type: 'Deployment',
          id: { kind: 'Deployment', namespace, name },
          servicePorts: {},
          footprint: {},
        }
      : {
          ...common,
          type: 'CronJob',
          id: { kind: 'CronJob', namespace, name },
          schedule: SCHEDULE,
          restartPolicy: 'OnFailure',
          footprint: {},
        };
  const [workload] = renderWorkload(declaration, '', { application, binary, image });
  if (workload === undefined) throw new InternalError('a program rendered to nothing');
  return workload.manifest;
}

function variablesOf({ args, env }: Application): DeploymentDeclaration['variables'] {
  const values = [...args, ...env.map(({ value }) => value)];
  return Object.fromEntries(
    values.flatMap((value) =>
      value.type === 'string-variable' || value.type === 'file-variable'
        ? [[value.name, { value: { name: value.name, key: value.name }, position }]]
        : [],
    ),
  );
}

/** Stands for the binary of a program that is no image yet. */
export function unknownBinary(name: string): Pick<Sample, 'binary' | 'image'> {
  const digest = `sha256:${'0'.repeat(64)}`;
  return {
    binary: { repository: `local/${name}`, digest },
    image: `local/${name}_config@${digest}`,
  };
}
