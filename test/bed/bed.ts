import { join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../../src/model/errors.ts';
import { controlPlaneBinaries } from './build.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type Registry, type RegistryOptions, startRegistry } from './registry.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/** What a bed is made of. */
export interface BedOptions {
  /** One control plane for each name, which is its context. Default: `east` and `west`. */
  readonly clusters?: readonly string[];
  /** How its registry lets people in. There always is one; `true` is the default, without credentials. */
  readonly registry?: true | RegistryOptions;
  /**
   * Default: true. `false` leaves out controllers, scheduler and node, to start in half the time:
   * the API answers, but no Pod is made, and a deleted Namespace stays Terminating.
   */
  readonly nodes?: boolean;
  /** Stops a start that is under way. */
  readonly signal?: AbortSignal;
}

/** Real control planes and a real registry on this machine, until they are stopped. */
export interface Bed {
  readonly kubeconfigPath: string;
  /** The names of the clusters. */
  readonly contexts: readonly string[];
  readonly registryUrl: string;
  readonly registry: Registry;
  /** kubectl for this bed, as a shell takes it. */
  readonly kubectlCommand: string;
  /**
   * Runs kubectl and gives what it prints; the first cluster's unless `--context` says otherwise.
   * @param input goes to standard input
   * @throws ExecaError when kubectl fails, with its standard error
   */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Takes everything down. Nothing stays, neither processes nor files. */
  stop(): Promise<void>;
}

/**
 * Starts a bed and waits until all of it can be used. It goes when this process ends, too.
 * @throws ServiceError (`bed-failed`) with the log of what failed
 * @throws UserError (`invalid-cluster-name`)
 */
export async function startBed(options: BedOptions = {}): Promise<Bed> {
  const { clusters = ['east', 'west'], registry = true, nodes = true, signal } = options;
  checkNames(clusters);
  const binaries = await controlPlaneBinaries(signal);
  const scratch = await makeScratch('bed');
  const registryOptions = { ...(registry === true ? {} : registry), ...(signal && { signal }) };
  const startingRegistry = startRegistry(registryOptions);
  const startingPlanes = clusters.map((name) => {
    const folder = join(scratch, name);
    return startControlPlane({ name, folder, scratch, binaries, nodes, signal });
  });
  const stop = async () => {
    const started = await Promise.allSettled([startingRegistry, ...startingPlanes]);
    await Promise.all(started.map((part) => part.status === 'fulfilled' && part.value.stop()));
    await removeScratch(scratch);
  };
  try {
    const [registryPart, ...planes] = await Promise.all([startingRegistry, ...startingPlanes]);
    return await assemble(scratch, binaries.bed, planes, registryPart, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  scratch: string,
  binary: string,
  planes: readonly ControlPlane[],
  registry: Registry,
  stop: () => Promise<void>,
): Promise<Bed> {
  const kubeconfigPath = join(scratch, 'kubeconfig');
  await writeKubeconfig(kubeconfigPath, planes);
  // Ports come back in other beds with other kinds, so what kubectl remembers of one is its own.
  const cache = join(scratch, 'kubectl-cache');
  const kubectl = ['kubectl', '--kubeconfig', kubeconfigPath, '--cache-dir', cache];
  return {
    kubeconfigPath,
    contexts: planes.map((plane) => plane.name),
    registryUrl: registry.url,
    registry,
    kubectlCommand: [binary, ...kubectl].map(quote).join(' '),
    async kubectl(args, input) {
      const result = await execa(binary, [...kubectl, ...args], { input: input ?? '' });
      return result.stdout;
    },
    stop,
  };
}

function checkNames(clusters: readonly string[]): void {
  const unique = new Set(clusters).size === clusters.length;
  if (
    unique &&
    clusters.length > 0 &&
    clusters.every((name) => /^[a-z0-9][a-z0-9-]{0,19}$/.test(name))
  ) {
    return;
  }
  throw new UserError(`"${clusters.join(',')}" does not name clusters.`, {
    code: 'invalid-cluster-name',
    hint: 'Give different names of up to 20 lower-case letters, digits and dashes: east,west.',
  });
}

/** Quotes a word for a POSIX shell where it has to be. */
function quote(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
