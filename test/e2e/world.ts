import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';
import { inject, onTestFinished } from 'vitest';
import { type Descriptor, gzipLayer, pushImage } from '../bed/oci.ts';

/** The built command line. */
export const SISYPHUS = fileURLToPath(new URL('../../dist/sisyphus.cjs', import.meta.url));

/** How a run of the command line ended. */
export interface Finished {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A user's corner of the bed: a repository, a database and a cache of its own, and namespaces that
 * nobody else uses. Its files go when the test is over, and what is in the clusters with the bed: taking a
 * Namespace away is as much work as a whole test.
 */
export class World {
  /** The monitor directory. */
  readonly directory: string;
  /** Makes names unique among stories: cluster-scoped ones and repositories of images. */
  readonly id: string;
  readonly env: Record<string, string>;
  /** The folder that holds all of it, which is the commands' home and where they run. */
  readonly root: string;
  readonly #registryUrl: string;
  readonly #kubectl: readonly string[];

  private constructor(root: string) {
    const { kubeconfigPath, registryUrl, kubectlCommand } = inject('bed');
    this.root = root;
    this.#registryUrl = registryUrl;
    this.#kubectl = kubectlCommand.split(' ').map((word) => word.replaceAll("'", ''));
    this.id = `t${randomBytes(4).toString('hex')}`;
    this.directory = join(root, 'production');
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: root,
      KUBECONFIG: kubeconfigPath,
      SISYPHUS_CACHE: join(root, 'cache'),
      SISYPHUS_USERNAME: 'ada',
      CI: 'true',
    };
  }

  /** Opens a world for one test. */
  static async open(): Promise<World> {
    const root = await mkdtemp(join(tmpdir(), 'sisyphus-story-'));
    const world = new World(root);
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    return world;
  }

  /** The database that commands use without being told. */
  get database(): string {
    return `${this.directory}.sisyphus.db`;
  }

  /** A namespace of this world. */
  ns(name: string): string {
    return `${name}-${this.id}`;
  }

  /** Writes files of the repository; `{ns}` in a path or text is this world's namespace `shop`. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.directory, this.#fill(name));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, this.#fill(text));
    }
  }

  /** Reads a file of the repository. */
  async read(name: string): Promise<string> {
    return await readFile(join(this.directory, this.#fill(name)), 'utf8');
  }

  /** Removes a file or folder of the repository. */
  async remove(name: string): Promise<void> {
    await rm(join(this.directory, this.#fill(name)), { recursive: true });
  }

  #fill(text: string): string {
    return text.replaceAll('{ns}', this.ns('shop')).replaceAll('{id}', this.id);
  }

  /**
   * Pushes a config image whose program is the given text, under the tag `latest`.
   *
   * @returns its reference, and its manifest
   */
  async image(name: string, program: string): Promise<Descriptor & { readonly reference: string }> {
    const repository = `${this.id}/${name}_config`;
    const index = {
      binary_digest: `sha256:${'a'.repeat(64)}`,
      binary_repository: `registry.example/${name}`,
      config_entrypoint: 'app.star',
    };
    const manifest = await pushImage(
      { url: this.#registryUrl },
      {
        repository,
        tag: 'latest',
        layers: [
          await gzipLayer({ 'app.star': program }),
          await gzipLayer({ 'index.json': JSON.stringify(index) }),
        ],
      },
    );
    return { reference: `${this.#registryUrl}/${repository}:latest`, ...manifest };
  }

  /** Starts the command line as a user does, on this world's repository. */
  start(args: readonly string[], options: Options = {}) {
    return execa(process.execPath, [SISYPHUS, ...args], {
      cwd: this.root,
      reject: false,
      extendEnv: false,
      ...options,
      env: { MONITOR_DIRECTORY: this.directory, ...this.env, ...options.env },
    });
  }

  /** Runs the command line to its end. */
  async run(args: readonly string[], options: Options = {}): Promise<Finished> {
    const { exitCode, stdout, stderr } = await this.start(args, options);
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  }

  /** `sisyphus push --yes`; throws with all output where it does not succeed. */
  async push(...args: readonly string[]): Promise<string> {
    return this.#succeed(await this.run(['push', '--yes', ...args]));
  }

  /** `sisyphus diff`; throws with all output where it does not succeed. */
  async diff(...args: readonly string[]): Promise<string> {
    return this.#succeed(await this.run(['diff', ...args]));
  }

  /** `sisyphus refresh`; throws with all output where it does not succeed. */
  async refresh(...args: readonly string[]): Promise<string> {
    return await this.sisyphus('refresh', ...args);
  }

  /** Any command; throws with all output where it does not succeed. */
  async sisyphus(...args: readonly string[]): Promise<string> {
    return this.#succeed(await this.run(args));
  }

  #succeed({ exitCode, stdout, stderr }: Finished): string {
    if (exitCode === 0) return stdout;
    throw new Error(`sisyphus ended with ${exitCode}\n${stdout}\n${stderr}`);
  }

  /** Runs kubectl in a cluster; throws with its error. */
  async kubectl(cluster: string, args: readonly string[], input = ''): Promise<string> {
    const [command = '', ...rest] = this.#kubectl;
    const { stdout } = await execa(command, [...rest, '--context', cluster, ...args], { input });
    return stdout;
  }

  /** Reads an object as JSON, of the namespace `shop` unless told; undefined where there is none. */
  async get(cluster: string, object: string, namespace = this.ns('shop')): Promise<unknown> {
    const found = await this.kubectl(cluster, [
      ...['get', object, '-n', namespace, '-o', 'json'],
      ...['--ignore-not-found', '--show-managed-fields'],
    ]);
    return found === '' ? undefined : JSON.parse(found);
  }

  /** Reads one field of an object in the namespace `shop`, as kubectl's jsonpath: `.spec.replicas`. */
  async field(cluster: string, object: string, path: string): Promise<string> {
    const args = ['get', object, '-n', this.ns('shop'), '-o', `jsonpath={${path}}`];
    return await this.kubectl(cluster, args);
  }
}
