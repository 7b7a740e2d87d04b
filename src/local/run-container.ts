import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Reference } from '../image/reference.ts';
import { UserError } from '../model/errors.ts';
import { requireVariables } from './check-variables.ts';
import { startChild } from './child.ts';
import { containerCommand } from './commands.ts';
import { type Engine, requireImage } from './engine.ts';
import { type Janitor, startJanitor } from './janitor.ts';
import type { Environment } from './local-ports.ts';
import type { LocalFile, LocalRun } from './local-run.ts';
import { realize } from './realize.ts';
import { openSignalRelay, type SignalRelay } from './signals.ts';

/** What to run in a container. */
export interface ContainerRun {
  readonly run: LocalRun;
  readonly engine: Engine;
  readonly image: Reference;
  readonly tty: boolean;
  readonly extraArgs: readonly string[];
}

/** How long a container may take to end after SIGTERM or SIGHUP: as long as a Pod. */
const GRACE_MS = 30_000;

/**
 * Runs an application in a container and leaves none behind, however this ends.
 *
 * @returns the program's exit code
 * @throws UserError for variables that are missing, ServiceError where the image cannot be pulled
 */
export async function runContainer(what: ContainerRun, environment: Environment): Promise<number> {
  const { run, engine, image } = what;
  await requireVariables(run, environment);
  const values = { ...environment, ...mountedFiles(run.files, environment) };
  const relay = openSignalRelay();
  try {
    await requireImage(engine, image, { environment, relay });
    return relay.exitCode() ?? (await attend(what, values, environment, relay));
  } finally {
    relay.close();
  }
}

async function attend(
  what: ContainerRun,
  values: Environment,
  environment: Environment,
  relay: SignalRelay,
): Promise<number> {
  const name = `sisyphus-local-app-${randomBytes(4).toString('hex')}`;
  const { file } = what.engine;
  const command = containerCommand(what.run, { ...what, engine: what.engine.name, name });
  const { args, env } = realize(command, values);
  const remove = ['rm', '--force', name];
  const janitor = startJanitor([file, ...remove]);
  const container = startChild({ file, args, env: { ...environment, ...env } });
  janitor.watch(container.pid);
  relay.aim(container);
  relay.onEnding((signal) => {
    if (signal !== 'SIGTERM' && signal !== 'SIGHUP') return;
    const removal = { file, args: remove, env: environment, stdio: 'ignore' } as const;
    setTimeout(() => void startChild(removal).ended.catch(() => undefined), GRACE_MS).unref();
  });
  return await ending(container.ended, janitor);
}

async function ending(ended: Promise<number>, janitor: Janitor): Promise<number> {
  try {
    return await ended;
  } finally {
    janitor.watch(undefined);
    await janitor.finish();
  }
}

/** Engines want absolute paths, in a comma-separated list. */
function mountedFiles(files: readonly LocalFile[], environment: Environment): Environment {
  const entries = files.map(({ variable, path }) => {
    const source = resolve(environment[variable] ?? '');
    if (!/[,"]/.test(source + path)) return [variable, source] as const;
    throw new UserError(`the file of ${variable} cannot be mounted at ${path}`, {
      code: 'unmountable-path',
      hint: 'a path with a comma or a double quote cannot be mounted; give the file another name',
    });
  });
  return Object.fromEntries(entries);
}
