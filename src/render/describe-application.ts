import type { Application, EnvValue, HttpGetProbe, Port } from '../model/application.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { compact } from './compact.ts';
import { argumentText } from './pod.ts';
import { numberPorts } from './ports.ts';

/**
 * An Application as a person or a script reads it: ports have their numbers, variables their names.
 *
 * @throws UserError for ports that clash
 */
export function describeApplication(application: Application): JsonObject {
  const { args, env, labels, liveness, readiness, startup, requests, limits } = application;
  const values = [...args, ...env.map(({ value }) => value)];
  const ports = numberPorts(values.filter((value) => value.type === 'port'));
  const files = values.filter((value) => value.type === 'file-variable');
  return compact({
    args: args.map((arg) => describeValue(arg, ports)),
    env: Object.fromEntries(env.map(({ name, value }) => [name, describeValue(value, ports)])),
    ports: [...ports.values()].map(({ name, number, protocol }) => ({ name, number, protocol })),
    files: Object.fromEntries(files.map(({ name, path }) => [path, { variable: name }])),
    labels,
    liveness: probe(liveness),
    readiness: probe(readiness),
    startup: probe(startup),
    resources: compact({ requests, limits }),
  });
}

function describeValue(value: EnvValue, ports: ReadonlyMap<string, Port>): JsonValue {
  if (value.type === 'string-variable') return { variable: value.name };
  return argumentText(value, ports);
}

function probe(probe: HttpGetProbe | undefined): JsonObject | undefined {
  if (probe === undefined) return undefined;
  const { at: _at, ...fields } = probe;
  return { ...fields };
}
