import type { World } from '../world.ts';

const program = (version: number) => `
def main(ctx):
    return Application(args = ["--version=${version}"])
`;

const deployment = (image: string, footprint: string) => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: web}
config: {env: prod, image: '${image}'}
footprint: {east: ${footprint}}
`;

const objects = (clusters: string, ...manifests: readonly string[]) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: objects-${clusters.replaceAll(', ', '-')}}
clusters: [${clusters}]
objects:
${manifests.map((manifest) => `  - ${manifest}`).join('\n')}
`;

const configMap = (name: string, value: number, more = '') =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: '${value}'}${more}}`;

const secret = (name: string, label: number, values: string) =>
  `{apiVersion: v1, kind: Secret, metadata: {name: ${name}, labels: {l: '${label}'}}, stringData: {${values}}}`;

/** A value that may be in the repository, in one request and in a cluster, and nowhere else. */
export const canaryOf = (world: World): string => `canary${world.id}`;

/** Two states of a repository between which every kind of change lies. */
export class Scenario {
  readonly #world: World;
  readonly #registryHost: string;
  /** The image of each version by its digest. */
  readonly digests: string[] = [];

  /** @param registryHost where images are pulled from */
  constructor(world: World, registryHost: string) {
    this.#world = world;
    this.#registryHost = registryHost;
  }

  /** Writes the first state. */
  async writeBefore(): Promise<void> {
    const image = await this.#pushImage(1);
    const value = canaryOf(this.#world);
    await this.#world.write({
      '{ns}/index.yaml': [
        deployment(image, '{replicas: 2}'),
        objects('east, west', configMap('kept', 1), configMap('changed', 1), configMap('gone', 1)),
        objects(
          'east',
          configMap('frozen', 1, ', immutable: true'),
          secret('token', 1, `a: ${value}`),
        ),
      ].join('---'),
      'old-{id}/index.yaml': objects('east', configMap('old', 1)),
    });
  }

  /**
   * Writes the second state: an image, an update, a recreation, creations, deletions, a key and a label
   * of a Secret, a new Secret, a field that is handed over, a Namespace that comes and one that goes.
   */
  async writeAfter(): Promise<void> {
    const image = await this.#pushImage(2);
    const value = canaryOf(this.#world);
    await this.#world.write({
      '{ns}/index.yaml': [
        deployment(image, '{}'),
        objects('east, west', configMap('kept', 1), configMap('changed', 2), configMap('fresh', 2)),
        objects(
          'east',
          configMap('frozen', 2, ', immutable: true'),
          secret('token', 2, `a: ${value}, b: ${value}`),
          secret('second', 2, `c: ${value}`),
        ),
      ].join('---'),
      'new-{id}/index.yaml': objects('east', configMap('new', 2)),
    });
    await this.#world.remove('old-{id}');
  }

  async #pushImage(version: number): Promise<string> {
    const { reference, digest } = await this.#world.image('web', program(version));
    this.digests.push(digest);
    const { pathname } = new URL(reference);
    return `http://${this.#registryHost}${pathname}`;
  }
}
