import type { Application, Binary, Port } from '../model/application.ts';
import type { CronJobDeclaration, DeploymentDeclaration } from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { UserError } from '../model/errors.ts';
import { IMAGE_ANNOTATION } from '../model/image-annotation.ts';
import type { JsonObject } from '../model/json.ts';
import { compareBytes, type Manifest } from '../model/object.ts';
import { compact } from './compact.ts';
import { renderPod } from './pod.ts';
import { programError } from './program-error.ts';

/** Label that names the declaration; the only selector of its Deployment and Service. */
const NAME_LABEL = 'app.kubernetes.io/name';

/** What one declaration's program said for one cluster, and the image it came from. */
export interface Evaluated {
  readonly application: Application;
  readonly binary: Binary;
  /** The config image's resolved reference, without scheme. */
  readonly image: string;
}

/**
 * Renders the objects of a declaration with a program in one cluster of its footprint: a Deployment
 * and, where it has service ports, a Service; or a CronJob.
 *
 * @throws UserError for a program whose Application does not fit the declaration
 */
export function renderWorkload(
  declaration: DeploymentDeclaration | CronJobDeclaration,
  cluster: string,
  evaluated: Evaluated,
): DesiredObject[] {
  const manifests =
    declaration.type === 'Deployment'
      ? renderDeployment(declaration, cluster, evaluated)
      : [renderCronJob(declaration, evaluated)];
  const { namespace, name } = declaration.id;
  return manifests.map((manifest, index) => ({
    key: { cluster, apiVersion: manifest.apiVersion, kind: manifest.kind, namespace, name },
    manifest,
    declaration: declaration.id,
    position: declaration.position,
    ...(index === 0 ? { image: evaluated.image } : {}),
  }));
}

function renderDeployment(
  declaration: DeploymentDeclaration,
  cluster: string,
  { application, binary, image }: Evaluated,
): Manifest[] {
  const { id, annotations, variables } = declaration;
  const labels = labelsOf(application, declaration);
  const pod = renderPod(id.name, application, binary, variables, 'Always');
  const deployment = object('apps/v1', 'Deployment', declaration, labels, image, {
    ...compact({ replicas: declaration.footprint[cluster]?.replicas }),
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    selector: { matchLabels: { [NAME_LABEL]: id.name } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: { metadata: compact({ labels, annotations }), spec: pod.spec },
  });
  if (Object.keys(declaration.servicePorts).length === 0) return [deployment];
  const service = object('v1', 'Service', declaration, labels, undefined, {
    ports: servicePorts(declaration, pod.ports),
    selector: { [NAME_LABEL]: id.name },
  });
  return [deployment, service];
}

function servicePorts(
  declaration: DeploymentDeclaration,
  ports: ReadonlyMap<string, Port>,
): JsonObject[] {
  const names = Object.keys(declaration.servicePorts).sort(compareBytes);
  return names.map((target) => {
    const wanted = declaration.servicePorts[target];
    const port = ports.get(target);
    if (port === undefined || wanted === undefined) {
      const known = [...ports.keys()].join(', ') || 'none';
      throw new UserError(
        `the Service wants port "${target}", which the program does not declare (declared: ${known})`,
        {
          code: 'unknown-port',
          ...(wanted === undefined ? {} : { position: wanted.position }),
        },
      );
    }
    const name = wanted.name ?? target;
    return { name, port: wanted.number, protocol: port.protocol, targetPort: target };
  });
}

function renderCronJob(
  declaration: CronJobDeclaration,
  { application, binary, image }: Evaluated,
): Manifest {
  const probe = application.liveness ?? application.readiness ?? application.startup;
  if (probe !== undefined) {
    throw programError('a CronJob takes no probes; leave them out for this environment', probe.at);
  }
  const { id, annotations, variables, restartPolicy } = declaration;
  const labels = labelsOf(application, declaration);
  const metadata = compact({ labels, annotations });
  const pod = renderPod(id.name, application, binary, variables, restartPolicy);
  return object('batch/v1', 'CronJob', declaration, labels, image, {
    ...compact({ concurrencyPolicy: declaration.concurrencyPolicy }),
    schedule: declaration.schedule,
    jobTemplate: { metadata, spec: { template: { metadata, spec: pod.spec } } },
  });
}

/** Labels of object and pod template: the program's, then the YAML's, then the name; later wins. */
function labelsOf(
  application: Application,
  declaration: DeploymentDeclaration | CronJobDeclaration,
): JsonObject {
  return { ...application.labels, ...declaration.labels, [NAME_LABEL]: declaration.id.name };
}

function object(
  apiVersion: string,
  kind: string,
  declaration: DeploymentDeclaration | CronJobDeclaration,
  labels: JsonObject,
  image: string | undefined,
  spec: JsonObject,
): Manifest {
  const { name, namespace } = declaration.id;
  const annotations = {
    ...declaration.annotations,
    ...(image === undefined ? {} : { [IMAGE_ANNOTATION]: image }),
  };
  const metadata = { name, namespace, ...compact({ labels, annotations }) };
  return { apiVersion, kind, metadata, spec };
}
