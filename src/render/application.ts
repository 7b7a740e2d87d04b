import type {
  Application,
  Argument,
  DeclaredPort,
  EnvValue,
  FileVariable,
  HttpGetProbe,
  StringVariable,
} from '../model/application.ts';
import { compareBytes } from '../model/object.ts';
import type { StarlarkValue } from '../starlark/value.ts';
import { programError } from './program-error.ts';
import {
  type Constructed,
  choose,
  part,
  type Reading,
  requireConstructed,
  requireInteger,
  requireString,
  requireText,
  scalarText,
  stringKeyed,
  wrongType,
} from './program-value.ts';

const MAX_INT32 = 2_147_483_647;

/**
 * Checks what a program's `main` returned and makes its choices for one environment.
 *
 * @throws UserError that says which part of the Application is wrong, what was expected and where
 *   in the program the value was made
 */
export function readApplication(value: StarlarkValue, environment: string): Application {
  const reading: Reading = { what: 'the value of main()', environment };
  const { fields, at } = requireConstructed(value, 'Application', reading);
  const inside = (what: string): Reading => ({ what, environment, at });
  const resources = readResources(fields.resources, inside('resources'));
  return {
    args: readArguments(fields.args, inside('args')),
    env: readEnv(fields.env, inside('env')),
    labels: textMap(fields.labels, inside('labels')),
    ...optionalProbe('liveness', fields.liveness, inside('liveness')),
    ...optionalProbe('readiness', fields.readiness, inside('readiness')),
    ...optionalProbe('startup', fields.startup, inside('startup')),
    ...resources,
  };
}

function readArguments(value: StarlarkValue | undefined, reading: Reading): Argument[] {
  if (value === undefined || value.type === 'none') return [];
  if (value.type !== 'list' && value.type !== 'tuple') throw wrongType(value, 'a list', reading);
  return value.items.flatMap((item, index) => {
    const itemReading = part(reading, `args[${index}]`);
    const chosen = choose(item, itemReading);
    if (chosen === undefined) return [];
    const read = readValue(chosen, itemReading);
    if (read.type === 'string-variable') {
      throw programError(
        `args[${index}]: StringVariable("${read.name}") is allowed in env only; pass it as an environment variable`,
        read.at,
      );
    }
    return [read];
  });
}

function readEnv(value: StarlarkValue | undefined, reading: Reading): Application['env'] {
  return stringKeyed(value, reading)
    .flatMap(([name, entry]) => {
      const entryReading = part(reading, `env["${name}"]`);
      const chosen = choose(entry, entryReading);
      return chosen === undefined ? [] : [{ name, value: readValue(chosen, entryReading) }];
    })
    .sort((a, b) => compareBytes(a.name, b.name));
}

function readValue(value: StarlarkValue, reading: Reading): EnvValue {
  const text = scalarText(value);
  if (text !== undefined) return { type: 'text', value: text };
  if (value.type === 'constructed') {
    switch (value.name) {
      case 'Port':
        return readPort(value, reading);
      case 'StringVariable':
        return readStringVariable(value, reading);
      case 'FileVariable':
        return readFileVariable(value, reading);
    }
  }
  throw wrongType(value, 'a string, number, boolean, Port or variable', reading);
}

function readPort({ fields, at }: Constructed, reading: Reading): DeclaredPort {
  const name = requireString(fields.name, { ...reading, what: 'name of Port', at });
  const inside = { ...reading, what: `Port("${name}")`, at };
  const number = choose(fields.number, inside);
  const protocol = choose(fields.protocol, inside);
  const protocolName = protocol === undefined ? 'TCP' : requireString(protocol, inside);
  if (protocolName !== 'TCP' && protocolName !== 'UDP') {
    throw wrongType(protocol, 'the protocol "TCP" or "UDP"', inside);
  }
  return {
    type: 'port',
    name,
    protocol: protocolName,
    at,
    ...(number === undefined
      ? {}
      : { number: requireInteger(number, { min: 1, max: 65535 }, inside) }),
  };
}

function readStringVariable({ fields, at }: Constructed, reading: Reading): StringVariable {
  const name = requireString(fields.name, { ...reading, what: 'name of StringVariable', at });
  return { type: 'string-variable', name, at };
}

function readFileVariable({ fields, at }: Constructed, reading: Reading): FileVariable {
  const name = requireString(fields.name, { ...reading, what: 'name of FileVariable', at });
  const inside = { ...reading, what: `path of FileVariable("${name}")`, at };
  const path = requireString(fields.path, inside);
  const segments = path.split('/');
  const plain = segments.slice(1).every((s) => s !== '' && s !== '.' && s !== '..');
  if (!path.startsWith('/') || segments.length < 3 || !plain) {
    throw wrongType(
      fields.path,
      'an absolute path with a folder and a file, as /etc/app/key',
      inside,
    );
  }
  return { type: 'file-variable', name, path, at };
}

const PROBE_NUMBERS = {
  initialDelaySeconds: ['initial_delay', 0],
  periodSeconds: ['period', 1],
  timeoutSeconds: ['timeout', 1],
  successThreshold: ['success_threshold', 1],
  failureThreshold: ['failure_threshold', 1],
} as const;

function optionalProbe<Name extends string>(
  name: Name,
  value: StarlarkValue | undefined,
  reading: Reading,
): { readonly [key in Name]?: HttpGetProbe } {
  const chosen = choose(value, reading);
  if (chosen === undefined) return {};
  const probe = readProbe(requireConstructed(chosen, 'HttpGetProbe', reading), reading);
  return { [name]: probe } as { readonly [key in Name]?: HttpGetProbe };
}

function readProbe({ fields, at }: Constructed, reading: Reading): HttpGetProbe {
  const inside = (field: string): Reading => ({
    ...reading,
    what: `${field} of ${reading.what}`,
    at,
  });
  const numbers: Record<string, number> = {};
  for (const [name, [field, min]] of Object.entries(PROBE_NUMBERS)) {
    const chosen = choose(fields[field], inside(field));
    if (chosen === undefined) continue;
    numbers[name] = requireInteger(chosen, { min, max: MAX_INT32 }, inside(field));
  }
  const port = choose(fields.port, inside('port'));
  return {
    path: requireString(choose(fields.path, inside('path')), inside('path')),
    port:
      port?.type === 'constructed' && port.name === 'Port'
        ? readPort(port, reading).name
        : requireString(port, inside('port')),
    ...numbers,
    at,
  };
}

function readResources(value: StarlarkValue | undefined, reading: Reading) {
  const chosen = choose(value, reading);
  if (chosen === undefined) return { requests: {}, limits: {} };
  const { fields, at } = requireConstructed(chosen, 'Resources', reading);
  return {
    requests: textMap(fields.requests, { ...reading, what: 'requests of resources', at }),
    limits: textMap(fields.limits, { ...reading, what: 'limits of resources', at }),
  };
}

function textMap(value: StarlarkValue | undefined, reading: Reading): Record<string, string> {
  const entries = stringKeyed(value, reading).flatMap(([name, entry]) => {
    const entryReading = part(reading, `${reading.what}["${name}"]`);
    const chosen = choose(entry, entryReading);
    return chosen === undefined ? [] : [[name, requireText(chosen, entryReading)] as const];
  });
  return Object.fromEntries(entries);
}
