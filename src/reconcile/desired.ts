import type { DesiredObject } from '../model/desired.ts';
import type { Problem } from '../model/problem.ts';
import type { RecordedObject } from '../model/record.ts';
import { assemble } from '../render/assemble.ts';
import type { House } from './house.ts';
import type { Participants } from './participants.ts';
import { type Rendered, renderRepository } from './render-repository.ts';
import { findScopes } from './scopes.ts';

/** What declarations want of the clusters, and everything that is wrong with them. */
export interface Desired {
  readonly objects: readonly DesiredObject[];
  readonly problems: readonly Problem[];
  /** The config images that they were rendered from. */
  readonly images: Rendered['images'];
  /** Clusters that had to be asked and gave no answer, with the reason. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/** Resolves images, renders, and checks the objects against each other and their scopes. */
export async function desiredObjects(
  { declarations, problems }: Participants,
  recorded: readonly RecordedObject[],
  tools: Pick<House, 'images' | 'programs' | 'clusters'>,
): Promise<Desired> {
  const rendered = await renderRepository(declarations, tools);
  const scopes = await findScopes(rendered.objects, recorded, tools.clusters);
  const assembled = assemble(rendered.objects, scopes.of);
  return {
    objects: assembled.objects,
    problems: [...problems, ...rendered.problems, ...scopes.problems, ...assembled.problems],
    images: rendered.images,
    unavailable: scopes.unavailable,
  };
}
