import { formatReference, type Reference } from '../image/reference.ts';
import { ServiceError, UserError } from '../model/errors.ts';
import { startChild } from './child.ts';
import { type EngineName, pullArguments } from './commands.ts';
import { findOnPath } from './find-program.ts';
import type { Environment } from './local-ports.ts';
import type { SignalRelay } from './signals.ts';

/** What runs containers on this machine. */
export interface Engine {
  readonly name: EngineName;
  readonly file: string;
}

/** Podman, or Docker where Podman is missing. */
export async function findEngine(environment: Environment): Promise<Engine | undefined> {
  for (const name of ['podman', 'docker'] as const) {
    const file = await findOnPath(name, environment);
    if (file !== undefined) return { name, file };
  }
  return undefined;
}

/** @throws UserError `no-container-engine` where there is neither Podman nor Docker */
export async function requireEngine(environment: Environment): Promise<Engine> {
  const engine = await findEngine(environment);
  if (engine !== undefined) return engine;
  throw new UserError('neither podman nor docker is on the PATH', {
    code: 'no-container-engine',
    hint: 'install Podman (https://podman.io); app run-config runs a binary without containers',
  });
}

/**
 * Pulls an image unless it is there, with the credentials that the engine finds.
 *
 * @throws ServiceError `pull-failed`; the engine has said why on standard error
 */
export async function requireImage(
  engine: Engine,
  image: Reference,
  tools: { readonly environment: Environment; readonly relay: SignalRelay },
): Promise<void> {
  const { environment: env, relay } = tools;
  const inspect = { file: engine.file, args: ['image', 'inspect', formatReference(image)], env };
  const isThere = (await startChild({ ...inspect, stdio: 'ignore' }).ended) === 0;
  // A signal to the whole group ends the question, too.
  if (isThere || relay.exitCode() !== undefined) return;
  const pull = startChild({
    file: engine.file,
    args: pullArguments(engine.name, image),
    env,
    // It prints the image's id, which is no output of the program.
    stdio: ['ignore', 2, 2],
  });
  relay.aim(pull);
  const code = await pull.ended;
  relay.aim(undefined);
  if (code === 0 || relay.exitCode() !== undefined) return;
  throw new ServiceError(`${engine.name} cannot pull ${formatReference(image)}`, {
    code: 'pull-failed',
    hint: `log in with ${engine.name} login if the registry wants a password`,
  });
}
