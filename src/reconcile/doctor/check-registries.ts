import { formatReference, parseReference, type Reference } from '../../image/reference.ts';
import type { RegistryClient } from '../../image/registry.ts';
import type { Declaration } from '../../model/declaration.ts';
import { SisyphusError } from '../../model/errors.ts';
import { groupBy } from '../../model/group-by.ts';
import { type About, answeredSince, check, type Finding, fine } from './finding.ts';

/** Logs in to every registry that the declarations name, and looks whether their images are there. */
export async function checkRegistries(
  declarations: readonly Declaration[],
  registry: RegistryClient,
): Promise<readonly Finding[]> {
  const references = new Map<string, Reference>();
  for (const reference of declarations.flatMap(referenceOf)) {
    references.set(formatReference(reference), reference);
  }
  const byRegistry = groupBy([...references.values()], ({ registry: name }) => name);
  const found = await Promise.all(
    [...byRegistry].map(([name, images]) => checkRegistry(name, images, registry)),
  );
  return found.flat();
}

async function checkRegistry(
  name: string,
  images: readonly Reference[],
  registry: RegistryClient,
): Promise<readonly Finding[]> {
  const about: About = { area: 'registry', subject: name };
  const [first] = images;
  if (first === undefined) return [];
  const login = await check(
    about,
    async () => {
      const beganMs = performance.now();
      const source = await registry.logIn(first);
      const latency = answeredSince(beganMs);
      const who =
        source === undefined ? 'without credentials' : `with the credentials of ${source}`;
      return fine(about, `lets us in ${who}, ${latency}`);
    },
    `look whether ${name} is the registry's address and can be reached from here`,
  );
  if (login.some(({ verdict }) => verdict === 'failed')) return login;
  const found = await Promise.all(
    images.map((reference) => {
      const image: About = { area: 'image', subject: formatReference(reference) };
      return check(image, async () => fine(image, `is ${await registry.digest(reference)}`));
    }),
  );
  return [...login, ...found.flat()];
}

/** An image that is none is told with the repository. */
function referenceOf(declaration: Declaration): Reference[] {
  if (declaration.type === 'KubernetesYaml') return [];
  try {
    return [parseReference(declaration.image.value)];
  } catch (thrown) {
    if (thrown instanceof SisyphusError) return [];
    throw thrown;
  }
}
