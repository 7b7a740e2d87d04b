import { resolve } from 'node:path';
import type { ConfigImage } from '../image/config-image.ts';
import { parseReference } from '../image/reference.ts';
import { UsageError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import { evaluateProgram } from '../program/evaluate-program.ts';
import { hinting } from '../program/hinting.ts';
import { openLocalProgram } from '../program/local-program.ts';
import { readApplication } from '../render/application.ts';
import { describeApplication } from '../render/describe-application.ts';
import { environmentsOf } from '../render/environments.ts';
import type { Evaluation } from '../starlark/evaluate.ts';
import { placeOf } from './image-place.ts';
import { openImage } from './inspect.ts';
import {
  type Sample,
  sampleManifest,
  unknownBinary,
  type WorkloadKind,
} from './sample-manifest.ts';
import type { Workbench } from './workbench.ts';

/** What a program is evaluated for. */
export interface EvaluateFlags {
  /** Several, to compare them. */
  readonly environment?: readonly string[];
  readonly cluster?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The workload to render. */
  readonly as?: WorkloadKind;
  /** Evaluates every environment that the program tells apart. */
  readonly matrix?: boolean;
  /** For a program that is a file: what `//` stands for. */
  readonly configRoot?: string;
  /** For a program that is a folder: the file that defines `main`. */
  readonly entrypoint?: string;
}

/** A program, evaluated for one environment. */
export interface Evaluated {
  readonly environment: string;
  readonly application: JsonObject;
  readonly manifest?: Manifest;
  /** What the program printed. */
  readonly output: string;
}

/** As in the commands that run a program on this machine. */
const LOCAL_NAME = 'local-app';
const LOCAL_ENVIRONMENT = 'dev';
const DEFAULT_NAMESPACE = 'default';
/** A program that makes up environments as it goes would never be done. */
const MAX_ENVIRONMENTS = 100;

/**
 * Evaluates a program for some environments: a file, a folder, an image that was built, or one in a
 * registry.
 *
 * @throws UsageError, UserError, StarlarkError and ServiceError for what is wrong with flags, program or
 *   registry
 */
export async function evaluateFor(
  word: string,
  flags: EvaluateFlags,
  bench: Workbench,
): Promise<Evaluated[]> {
  const program = await openProgramAt(word, flags, bench);
  const given = flags.environment ?? [];
  const queue = new Set(given.length > 0 ? given : [LOCAL_ENVIRONMENT]);
  const seen = new Set<string>();
  const results: Evaluated[] = [];
  // A set gives what is added while it is walked as well.
  for (const environment of queue) {
    const { environments, ...result } = await evaluateOne(program, environment, flags, bench);
    results.push(result);
    if (flags.matrix !== true || queue.size > MAX_ENVIRONMENTS) continue;
    for (const one of environments) queue.add(one) && seen.add(one);
  }
  // Where nobody asked for the environment that the search began with, it counts only if it is one.
  const wanted = ({ environment }: Evaluated) =>
    given.includes(environment) || seen.has(environment) || seen.size === 0;
  return results.filter(wanted);
}

interface ProgramAt {
  readonly program: Pick<Evaluation, 'files' | 'entry'>;
  readonly origin: Pick<Sample, 'binary' | 'image'> | undefined;
  /** What `//` stands for, where a flag chooses it. */
  readonly root?: string;
}

async function evaluateOne(
  { program, origin, root }: ProgramAt,
  environment: string,
  { name = LOCAL_NAME, namespace, cluster, as }: EvaluateFlags,
  bench: Workbench,
): Promise<Evaluated & { readonly environments: readonly string[] }> {
  const inputs = { name, namespace: namespace ?? null, cluster: cluster ?? null, environment };
  const { value, output } = await hinting(evaluateProgram(program, inputs, bench), root);
  const application = readApplication(value, environment);
  const place = { name, namespace: namespace ?? DEFAULT_NAMESPACE, environment };
  const sample = { ...place, ...(origin ?? unknownBinary(name)) };
  return {
    environment,
    application: describeApplication(application),
    ...(as && { manifest: sampleManifest(application, as, sample) }),
    output,
    environments: environmentsOf(value),
  };
}

async function openProgramAt(
  word: string,
  { configRoot = '.', entrypoint }: EvaluateFlags,
  bench: Workbench,
): Promise<ProgramAt> {
  switch (await placeOf(word)) {
    case 'layout': {
      const { config } = await openImage(word, bench);
      return programOf(config, `${word}@${config.digest}`);
    }
    case 'reference': {
      const image = await bench.images.resolve(parseReference(word));
      return programOf(await bench.images.load(image), image.text);
    }
    case 'program-file': {
      const program = await openLocalProgram({ file: word, root: configRoot });
      return { program, origin: undefined, root: resolve(configRoot) };
    }
    case 'folder': {
      if (entrypoint === undefined) {
        throw new UsageError(`${word} is a folder, and the program in it is not named`, {
          code: 'no-entrypoint',
          hint: 'say --entrypoint with the path of the file that defines main, or name that file',
        });
      }
      const program = await openLocalProgram({ file: resolve(word, entrypoint), root: word });
      return { program, origin: undefined };
    }
  }
}

function programOf(config: ConfigImage, image: string): ProgramAt {
  const { files, entrypoint, binaryRepository, binaryDigest } = config;
  return {
    program: { files, entry: entrypoint },
    origin: { binary: { repository: binaryRepository, digest: binaryDigest }, image },
  };
}
