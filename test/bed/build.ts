import { join } from 'node:path';
import { execa } from 'execa';
import { buildOnce, hashFiles } from '../../scripts/build-cache.ts';
import { requirePrerequisites } from '../../scripts/prerequisites.ts';

/** Paths of the programs that one control plane is made of. */
export interface ControlPlaneBinaries {
  /** etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl, by first argument. */
  readonly bed: string;
  readonly kwok: string;
}

const moduleFolder = join(import.meta.dirname, 'go');

/** Without it kubectl and kwok take the API server for one of no version at all and refuse it. */
const kubernetesVersion = 'v1.36.3';

/** Gives the control plane's programs, building them where this machine has not yet. */
export async function controlPlaneBinaries(signal?: AbortSignal): Promise<ControlPlaneBinaries> {
  const folder = await buildBed('control-plane', ['bed', 'kwok'], '6 min', signal);
  return { bed: join(folder, 'bed'), kwok: join(folder, 'kwok') };
}

/** Gives the registry's program, building it where this machine has not yet. */
export async function registryBinary(signal?: AbortSignal): Promise<string> {
  return join(await buildBed('registry', ['registry'], '1 min', signal), 'registry');
}

function buildBed(
  name: string,
  packages: readonly string[],
  estimate: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const version = `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`;
  const sources = ['go.mod', 'go.sum', 'lifeline', ...packages];
  return buildGo({ name, module: moduleFolder, packages, sources, estimate, version, signal });
}

/** Programs of one Go module, to be built once per machine. */
export interface GoBuild {
  /** Names them in paths and in progress lines. */
  readonly name: string;
  /** The module's folder. */
  readonly module: string;
  /** The folders of the programs in the module. */
  readonly packages: readonly string[];
  /** Every file and folder in the module that they are made of. */
  readonly sources: readonly string[];
  /** How long it takes, for the person who waits. */
  readonly estimate: string;
  /** A linker flag that sets a version. */
  readonly version?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Gives the folder with static programs, building them where this machine has not yet. */
export async function buildGo(build: GoBuild): Promise<string> {
  await requirePrerequisites(['go']);
  const { module, packages, signal } = build;
  const linkerFlags = ['-s', '-w', build.version ?? ''].join(' ').trim();
  const hash = await hashFiles(module, ...build.sources);
  const compiler = await go(module, ['env', 'GOVERSION', 'GOOS', 'GOARCH']);
  return buildOnce({
    name: build.name,
    estimate: build.estimate,
    key: [hash, compiler, linkerFlags].join('\n'),
    directory: process.env.SISYPHUS_BED_CACHE,
    build: async (directory) => {
      const flags = [
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        linkerFlags,
        '-o',
        `${directory}/`,
      ];
      const folders = packages.map((folder) => `./${folder}`);
      await go(module, ['build', ...flags, ...folders], signal);
    },
  });
}

/** Runs Go in a module, deaf to what the user's own environment says about other modules. */
async function go(module: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await execa('go', args, {
    cwd: module,
    env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    ...(signal && { cancelSignal: signal }),
  });
  return result.stdout;
}
