import type { Clusters } from '../cluster/port.ts';
import type { ResolvedImage } from '../image/image-source.ts';
import { parseReference } from '../image/reference.ts';
import {
  type CronJobDeclaration,
  type Declaration,
  type DeploymentDeclaration,
  formatDeclaration,
  type Located,
} from '../model/declaration.ts';
import type { DesiredObject } from '../model/desired.ts';
import { SisyphusError, UserError } from '../model/errors.ts';
import type { SourcePosition } from '../model/position.ts';
import type { Problem } from '../model/problem.ts';
import { readApplication } from '../render/application.ts';
import { renderKubernetesYaml } from '../render/kubernetes-yaml.ts';
import { renderWorkload } from '../render/workload.ts';
import type { House } from './house.ts';

/** What the declarations render to, and everything that is wrong with them. */
export interface Rendered {
  readonly objects: readonly DesiredObject[];
  readonly problems: readonly Problem[];
  /** The config images that they were rendered from. */
  readonly images: readonly ResolvedImage[];
}

type Tools = Pick<House, 'images' | 'programs' | 'clusters'>;
type ProgramDeclaration = DeploymentDeclaration | CronJobDeclaration;

/** Resolves the images of all declarations, runs their programs and renders their objects. */
export async function renderRepository(
  declarations: readonly Declaration[],
  tools: Tools,
): Promise<Rendered> {
  const rendered = await Promise.all(
    declarations.map((declaration) => renderDeclaration(declaration, tools)),
  );
  await tools.programs.save();
  return {
    objects: rendered.flatMap((one) => one.objects),
    problems: rendered.flatMap((one) => one.problems),
    images: rendered.flatMap((one) => one.images),
  };
}

async function renderDeclaration(declaration: Declaration, tools: Tools): Promise<Rendered> {
  const unknown = checkContexts(declaration, tools.clusters);
  try {
    const rendered =
      declaration.type === 'KubernetesYaml'
        ? { objects: renderKubernetesYaml(declaration), images: [] }
        : await renderProgram(declaration, tools);
    return { ...rendered, problems: unknown };
  } catch (thrown) {
    if (!(thrown instanceof SisyphusError)) throw thrown;
    const error = atDeclaration(thrown, declaration);
    const problems = [...unknown, { error, declaration: declaration.id }];
    return { objects: [], problems, images: [] };
  }
}

async function renderProgram(
  declaration: ProgramDeclaration,
  { images, programs }: Tools,
): Promise<Omit<Rendered, 'problems'>> {
  const clusters = Object.keys(declaration.footprint);
  const { environment, id } = declaration;
  const image = await resolveImage(declaration.image, images);
  const objects: DesiredObject[] = [];
  // One after the other: a program that never asks for the cluster runs once for all of them.
  for (const cluster of clusters) {
    const { name, namespace } = id;
    const inputs = { name, namespace, cluster, environment };
    const { binary, value } = await programs.run(image, inputs);
    const application = readApplication(value, environment);
    objects.push(
      ...renderWorkload(declaration, cluster, { application, binary, image: image.text }),
    );
  }
  return { objects, images: [image] };
}

async function resolveImage(
  { value, position }: Located<string>,
  images: Tools['images'],
): Promise<ResolvedImage> {
  try {
    return await images.resolve(parseReference(value));
  } catch (thrown) {
    throw thrown instanceof SisyphusError ? located(thrown, thrown.message, position) : thrown;
  }
}

/** Every context that a declaration names must be one of the kubeconfig's. */
function checkContexts(declaration: Declaration, clusters: Clusters): Problem[] {
  const named =
    declaration.type === 'KubernetesYaml'
      ? declaration.clusters.map(({ value, position }) => [value, position] as const)
      : Object.entries(declaration.footprint).map(
          ([cluster, { position }]) => [cluster, position] as const,
        );
  return named.flatMap(([cluster, position]) => {
    try {
      clusters.get(cluster);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof SisyphusError)) throw thrown;
      const error = located(thrown, thrown.message, position);
      return [{ error, declaration: declaration.id }];
    }
  });
}

/** Says which declaration an error belongs to, and where that stands if the error does not know. */
function atDeclaration(error: SisyphusError, declaration: Declaration): SisyphusError {
  const message = `${formatDeclaration(declaration.id)}: ${error.message}`;
  const place = declaration.type === 'KubernetesYaml' ? declaration : declaration.image;
  return located(error, message, error.position ?? place.position);
}

function located(error: SisyphusError, message: string, position: SourcePosition): SisyphusError {
  const { code, hint, detail } = error;
  return new UserError(message, {
    code,
    position,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(detail === undefined ? {} : { detail }),
  });
}
