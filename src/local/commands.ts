import { formatReference, type Reference } from '../image/reference.ts';
import type { LocalFile, LocalRun, RunArgument, RunValue } from './local-run.ts';
import { type LocalCommand, plain, type Word } from './value.ts';

/** What runs containers. */
export type EngineName = 'podman' | 'docker';

/** How a container is run. */
export interface ContainerOptions {
  readonly engine: EngineName;
  /** The binary image. */
  readonly image: Reference;
  /** Standard input and output are a terminal. */
  readonly tty: boolean;
  /** Names the container, to end it by. */
  readonly name?: string;
  /** After the program's own. */
  readonly extraArgs: readonly string[];
}

/** The command that runs a binary of this machine. A file variable is the path in the user's variable. */
export function processCommand(
  run: LocalRun,
  program: string,
  extraArgs: readonly string[],
): LocalCommand {
  const word = (value: RunValue): Word =>
    value.type === 'text' ? plain(value.text) : reference(value.variable);
  return {
    program,
    args: [...run.args.map(word), ...extraArgs.map(plain)],
    env: run.env.map(({ name, value }) => ({ name, value: word(value) })),
  };
}

/**
 * The command that runs the binary image. Values of secrets are in the engine's environment and not among
 * its arguments, which every user of the machine can read.
 */
export function containerCommand(run: LocalRun, options: ContainerOptions): LocalCommand {
  const { engine, image, tty, name, extraArgs } = options;
  const secrets = run.env.flatMap(({ name, value }) =>
    value.type === 'secret' ? [{ name, value: reference(value.variable) }] : [],
  );
  const flags = [
    '--rm',
    '--interactive',
    ...(tty ? ['--tty'] : []),
    ...(name === undefined ? [] : ['--name', name]),
    ...insecureFlag(engine, image),
    ...run.ports.flatMap(({ number, protocol }) => [
      '--publish',
      `${number}:${number}/${protocol.toLowerCase()}`,
    ]),
    ...run.env.flatMap(({ name, value }) => [
      '--env',
      value.type === 'secret' ? name : `${name}=${textInside(value)}`,
    ]),
  ];
  return {
    program: engine,
    args: [
      plain('run'),
      ...flags.map(plain),
      ...run.files.flatMap((file) => [plain('--mount'), mount(file)]),
      plain(formatReference(image)),
      ...run.args.map((value) => plain(textInside(value))),
      ...extraArgs.map(plain),
    ],
    env: secrets,
  };
}

/** The arguments that pull the binary image. */
export function pullArguments(engine: EngineName, image: Reference): string[] {
  return ['pull', ...insecureFlag(engine, image), formatReference(image)];
}

/** Docker asks its own configuration which registries are insecure; those on loopback addresses are. */
function insecureFlag(engine: EngineName, image: Reference): string[] {
  return engine === 'podman' && image.insecure ? ['--tls-verify=false'] : [];
}

function mount({ variable, path }: LocalFile): Word {
  return [
    { type: 'text', text: 'type=bind,source=' },
    { type: 'variable', variable },
    { type: 'text', text: `,target=${path},readonly` },
  ];
}

/** Inside a container a file variable is the path that the program wants. */
function textInside(value: RunArgument): string {
  return value.type === 'text' ? value.text : value.path;
}

function reference(variable: string): Word {
  return [{ type: 'variable', variable }];
}
