import type { ImageSource } from '../image/image-source.ts';
import { parseReference, type Reference, withScheme } from '../image/reference.ts';
import {
  type EvaluationTools,
  evaluateProgram,
  type ProgramInputs,
} from '../program/evaluate-program.ts';
import { hinting } from '../program/hinting.ts';
import type { LocalProgram } from '../program/local-program.ts';
import type { Programs } from '../program/programs.ts';
import { readApplication } from '../render/application.ts';
import type { Environment } from './local-ports.ts';
import { type LocalRun, planLocalRun } from './local-run.ts';

/** The name of every program that runs on a laptop. */
const LOCAL_NAME = 'local-app';

/** What a user may say of the place that a program should take this machine for. */
export interface PlaceFlags {
  readonly environment: string;
  readonly namespace?: string;
  readonly cluster?: string;
}

/** Evaluates a program of this machine and says how it runs. @throws UserError as a push would */
export async function planProgram(
  program: LocalProgram & { readonly root: string },
  place: PlaceFlags,
  tools: EvaluationTools & { readonly say: (text: string) => void },
  environment: Environment,
): Promise<LocalRun> {
  const evaluated = await hinting(evaluateProgram(program, inputsOf(place), tools), program.root);
  if (evaluated.output !== '') tools.say(evaluated.output.trimEnd());
  return planLocalRun(readApplication(evaluated.value, place.environment), environment);
}

/** Evaluates a config image and says how it runs, and which binary image. @throws UserError as a push would */
export async function planImage(
  reference: string,
  place: PlaceFlags,
  { images, programs }: { readonly images: ImageSource; readonly programs: Programs },
  environment: Environment,
): Promise<{ readonly run: LocalRun; readonly image: Reference }> {
  const config = await images.resolve(parseReference(reference));
  const { binary, value } = await hinting(programs.run(config, inputsOf(place)));
  await programs.save();
  const run = planLocalRun(readApplication(value, place.environment), environment);
  const repository = withScheme(binary.repository, reference);
  return { run, image: parseReference(`${repository}@${binary.digest}`) };
}

function inputsOf({ environment, namespace, cluster }: PlaceFlags): ProgramInputs {
  return {
    name: LOCAL_NAME,
    namespace: namespace ?? null,
    cluster: cluster ?? null,
    environment,
  };
}
