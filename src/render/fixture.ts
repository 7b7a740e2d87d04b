import { afterAll } from 'vitest';
import { stringify } from 'yaml';
import type {
  CronJobDeclaration,
  DeploymentDeclaration,
  ServicePort,
} from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { createStarlark } from '../starlark/evaluate.ts';
import { defaultLimits } from '../starlark/limits.ts';
import { readApplication } from './application.ts';
import { VOCABULARY } from './vocabulary.ts';
import { renderWorkload } from './workload.ts';

const starlark = createStarlark({ workers: 1 });
afterAll(() => starlark.close());

const position = { file: 'shop/index.yaml', line: 1, column: 1 };

/** A declaration, as far as a test cares. */
export interface Example {
  /** What `main` returns, or a whole program. */
  readonly program: string;
  readonly environment?: string;
  /** Secret and key by variable: `{token: 'tokens/secret-token'}`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly servicePorts?: Readonly<Record<string, Omit<ServicePort, 'position'>>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly replicas?: number;
}

/** Renders a Deployment `shop/echo` in the cluster `east`. */
export async function renderDeployment(example: Example): Promise<DesiredObject[]> {
  const { replicas, servicePorts = {} } = example;
  const ports = Object.entries(servicePorts).map(([name, port]) => [name, { ...port, position }]);
  const declaration: DeploymentDeclaration = {
    ...declared(example, 'Deployment'),
    type: 'Deployment',
    servicePorts: Object.fromEntries(ports),
    footprint: { east: { position, ...(replicas === undefined ? {} : { replicas }) } },
  };
  return renderWorkload(declaration, 'east', await evaluated(example));
}

/** Renders a CronJob `shop/echo` in the cluster `east`. */
export async function renderCronJob(
  example: Example & Partial<Pick<CronJobDeclaration, 'concurrencyPolicy' | 'restartPolicy'>>,
): Promise<DesiredObject[]> {
  const { concurrencyPolicy, restartPolicy = 'OnFailure' } = example;
  const declaration: CronJobDeclaration = {
    ...declared(example, 'CronJob'),
    type: 'CronJob',
    schedule: '0 2 * * *',
    restartPolicy,
    footprint: { east: { position } },
    ...(concurrencyPolicy === undefined ? {} : { concurrencyPolicy }),
  };
  return renderWorkload(declaration, 'east', await evaluated(example));
}

/** The container of a rendered workload as YAML, without the fields that are always the same. */
export function containerYaml([object]: readonly DesiredObject[]): string {
  const spec = podSpec(object);
  const [container] = spec.containers;
  const {
    name,
    image,
    imagePullPolicy,
    terminationMessagePath,
    terminationMessagePolicy,
    ...rest
  } = container ?? {};
  return stringify(rest);
}

/** The pod spec of a rendered workload. */
export function podSpec(object: DesiredObject | undefined) {
  const manifest = object?.manifest as unknown as {
    spec: { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } };
  };
  const template = manifest.spec.template ?? manifest.spec.jobTemplate?.spec.template;
  if (template === undefined) throw new Error('the object has no pods');
  return template.spec;
}

interface PodTemplate {
  readonly spec: { readonly containers: Record<string, unknown>[]; readonly volumes?: unknown };
}

function declared(example: Example, kind: string) {
  const { variables = {}, labels = {}, annotations = {}, environment = 'prod' } = example;
  const refs = Object.entries(variables).map(([name, ref]) => {
    const [secret = '', key = ''] = ref.split('/');
    return [name, { value: { name: secret, key }, position }];
  });
  return {
    id: { kind, namespace: 'shop', name: 'echo' },
    position,
    labels,
    annotations,
    environment,
    image: { value: 'registry.example/echo_config', position },
    variables: Object.fromEntries(refs),
  };
}

async function evaluated({ program, environment = 'prod' }: Example) {
  const text = program.includes('def main') ? program : `def main(ctx):\n    return ${program}`;
  const { value } = await starlark.evaluate({
    files: new Map([['app.star', text]]),
    entry: 'app.star',
    constructors: VOCABULARY,
    inputs: { name: 'echo', namespace: 'shop', cluster: 'east', environment },
    limits: defaultLimits,
  });
  return {
    application: readApplication(value, environment),
    binary: { repository: 'registry.example/echo', digest: `sha256:${'1'.repeat(64)}` },
    image: `registry.example/echo_config@sha256:${'2'.repeat(64)}`,
  };
}
