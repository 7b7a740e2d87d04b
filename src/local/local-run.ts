import type {
  Application,
  Argument,
  EnvValue,
  FileVariable,
  Port,
  ProgramPosition,
} from '../model/application.ts';
import { declaredPorts } from '../render/ports.ts';
import { programError } from '../render/program-error.ts';
import { type Environment, localPorts } from './local-ports.ts';
import { variableFor } from './variable-name.ts';

/** A value in a program's arguments. */
export type RunArgument =
  | { readonly type: 'text'; readonly text: string }
  | ({ readonly type: 'file' } & LocalFile);

/** A value in its environment; what stands for a secret names a variable of the user's. */
export type RunValue = RunArgument | { readonly type: 'secret'; readonly variable: string };

/** A file of this machine that stands for a mounted secret. */
export interface LocalFile {
  /** Holds the file's path: `GOOGLE_CREDENTIALS`. */
  readonly variable: string;
  /** Where the program wants it in a container. */
  readonly path: string;
}

/** A variable that the program reads. */
export interface NeededVariable {
  /** `SECRET_TOKEN` */
  readonly variable: string;
  readonly type: 'string' | 'file';
  /** Its name in the program: `secret-token`. */
  readonly name: string;
  readonly at: ProgramPosition;
}

/** An application as it runs on this machine. It holds no secret value, only names of variables. */
export interface LocalRun {
  readonly args: readonly RunArgument[];
  /** Sorted by name, in bytes. */
  readonly env: readonly { readonly name: string; readonly value: RunValue }[];
  /** In byte order of their names. */
  readonly ports: readonly Port[];
  /** Each path once. */
  readonly files: readonly LocalFile[];
  /** Every variable once, in the order of first use. */
  readonly needed: readonly NeededVariable[];
}

/**
 * Says how an application runs on this machine.
 *
 * @param environment the user's, of which only ports are read
 * @throws UserError for ports that clash, a text that no process can take, or two files of one path
 */
export function planLocalRun(application: Application, environment: Environment): LocalRun {
  const ports = localPorts(declaredPorts(application), environment);
  const values = [...application.args, ...application.env.map(({ value }) => value)];
  const variables = values.filter(
    (value) => value.type === 'string-variable' || value.type === 'file-variable',
  );
  return {
    args: application.args.map((value) => runArgument(value, ports)),
    env: application.env.map(({ name, value }) => ({
      name: checkedName(name),
      value: runValue(value, ports),
    })),
    ports: [...ports.values()],
    files: distinctFiles(values.filter((value) => value.type === 'file-variable')),
    needed: distinctVariables(
      variables.map(({ type, name, at }) => ({
        variable: variableFor(name),
        type: type === 'file-variable' ? 'file' : 'string',
        name,
        at,
      })),
    ),
  };
}

function runValue(value: EnvValue, ports: ReadonlyMap<string, Port>): RunValue {
  return value.type === 'string-variable'
    ? { type: 'secret', variable: variableFor(value.name) }
    : runArgument(value, ports);
}

function runArgument(value: Argument, ports: ReadonlyMap<string, Port>): RunArgument {
  switch (value.type) {
    case 'text':
      return { type: 'text', text: withoutNul(value.value) };
    case 'port':
      return { type: 'text', text: String(ports.get(value.name)?.number) };
    case 'file-variable':
      return { type: 'file', variable: variableFor(value.name), path: value.path };
  }
}

/** What the operating system would take for another name. */
function checkedName(name: string): string {
  if (/^[^=\0]+$/.test(name)) return name;
  throw programError(`env: ${JSON.stringify(name)} cannot be the name of a variable`);
}

/** The operating system ends a text there. */
function withoutNul(text: string): string {
  if (!text.includes('\0')) return text;
  throw programError('an argument or variable holds a NUL character, which no process can take');
}

function distinctFiles(variables: readonly FileVariable[]): LocalFile[] {
  const byPath = new Map<string, LocalFile>();
  for (const { name, path, at } of variables) {
    const file = { variable: variableFor(name), path };
    const known = byPath.get(path) ?? file;
    if (known.variable !== file.variable) {
      throw programError(
        `the variables ${known.variable} and ${file.variable} both want the file ${path}`,
        at,
      );
    }
    byPath.set(path, known);
  }
  return [...byPath.values()];
}

function distinctVariables(needed: readonly NeededVariable[]): NeededVariable[] {
  const byVariable = new Map<string, NeededVariable>();
  for (const one of needed) {
    // A path is asked more of than any other text.
    const known = byVariable.get(one.variable);
    if (known === undefined || (known.type === 'string' && one.type === 'file')) {
      byVariable.set(one.variable, one);
    }
  }
  return [...byVariable.values()];
}
