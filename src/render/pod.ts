import type {
  Application,
  Argument,
  Binary,
  EnvValue,
  FileVariable,
  HttpGetProbe,
  Port,
} from '../model/application.ts';
import type { Located, SecretKeyRef } from '../model/declaration.ts';
import type { JsonObject } from '../model/json.ts';
import { compact } from './compact.ts';
import { mountFiles } from './files.ts';
import { declaredPorts, numberPorts } from './ports.ts';
import { programError } from './program-error.ts';

/** Where a program's variables take their values from, by name. */
export type Variables = Readonly<Record<string, Located<SecretKeyRef>>>;

/** A pod's spec and the numbered ports that a Service may point at. */
export interface Pod {
  readonly spec: JsonObject;
  readonly ports: ReadonlyMap<string, Port>;
}

/**
 * Renders the pod of an application: one container named after the declaration, with every field
 * that the API server would default written out.
 *
 * @throws UserError for an unknown variable, a probe of an undeclared port, or ports that clash
 */
export function renderPod(
  name: string,
  application: Application,
  binary: Binary,
  variables: Variables,
  restartPolicy: string,
): Pod {
  const values = [...application.args, ...application.env.map((entry) => entry.value)];
  const ports = numberPorts(declaredPorts(application));
  const secretOf = (variable: { name: string } & Pick<FileVariable, 'at'>) =>
    secretKey(variable, variables);
  const files = values.filter((value) => value.type === 'file-variable');
  const { volumes, volumeMounts } = mountFiles(files, secretOf);

  const container = compact({
    name,
    image: `${binary.repository}@${binary.digest}`,
    imagePullPolicy: 'IfNotPresent',
    args: application.args.map((arg) => argumentText(arg, ports)),
    env: application.env.map((entry) => envEntry(entry.name, entry.value, ports, secretOf)),
    ports: [...ports.values()].map((port) => ({
      name: port.name,
      containerPort: port.number,
      protocol: port.protocol,
    })),
    livenessProbe: probe('liveness', application.liveness, ports),
    readinessProbe: probe('readiness', application.readiness, ports),
    startupProbe: probe('startup', application.startup, ports),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts,
  });
  const spec = compact({
    containers: [{ ...container, resources: resources(application) }],
    dnsPolicy: 'ClusterFirst',
    restartPolicy,
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    volumes,
  });
  return { spec: { ...spec, securityContext: {} }, ports };
}

function secretKey(
  variable: { readonly name: string } & Pick<FileVariable, 'at'>,
  variables: Variables,
): SecretKeyRef {
  const known = Object.hasOwn(variables, variable.name) ? variables[variable.name] : undefined;
  if (known === undefined) {
    const names = Object.keys(variables);
    const declared = names.length === 0 ? 'none is' : `declared: ${names.join(', ')}`;
    throw programError(
      `the program needs the variable "${variable.name}", which config.variables does not declare (${declared})`,
      variable.at,
    );
  }
  return known.value;
}

/** What a value is on a command line. */
export function argumentText(value: Argument, ports: ReadonlyMap<string, Port>): string {
  switch (value.type) {
    case 'text':
      return value.value;
    case 'port':
      return String(ports.get(value.name)?.number);
    case 'file-variable':
      return value.path;
  }
}

function envEntry(
  name: string,
  value: EnvValue,
  ports: ReadonlyMap<string, Port>,
  secretOf: (variable: { name: string } & Pick<FileVariable, 'at'>) => SecretKeyRef,
): JsonObject {
  if (value.type !== 'string-variable') return { name, value: argumentText(value, ports) };
  const ref = secretOf(value);
  return { name, valueFrom: { secretKeyRef: { name: ref.name, key: ref.key } } };
}

function probe(
  what: string,
  probe: HttpGetProbe | undefined,
  ports: ReadonlyMap<string, Port>,
): JsonObject | undefined {
  if (probe === undefined) return undefined;
  if (!ports.has(probe.port)) {
    const known = [...ports.keys()].join(', ') || 'none';
    throw programError(
      `the ${what} probe names port "${probe.port}", which the program does not declare (declared: ${known})`,
      probe.at,
    );
  }
  return compact({
    httpGet: { path: probe.path, port: probe.port, scheme: 'HTTP' },
    initialDelaySeconds: probe.initialDelaySeconds || undefined,
    periodSeconds: probe.periodSeconds ?? 10,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  });
}

function resources({ requests, limits }: Application): JsonObject {
  return compact({ requests, limits });
}
