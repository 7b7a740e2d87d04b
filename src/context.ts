import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { OfflineClusters } from './cluster/offline.ts';
import { type Config, type Environment, monitorDirectoryOf, type ProgramConfig } from './config.ts';
import type { Credentials } from './image/credentials.ts';
import type { ImageSource } from './image/image-source.ts';
import type { EvaluationTools } from './program/evaluate-program.ts';
import type { Programs } from './program/programs.ts';
import type { Patient } from './reconcile/doctor/doctor.ts';
import type { House } from './reconcile/house.ts';
import { defaultLimits } from './starlark/limits.ts';
import type { MigrationListener } from './state/migrate.ts';
import type { Lease } from './state/port.ts';
import { build, version } from './version.ts';
import type { Workbench } from './workbench/workbench.ts';

/** The open house and the way to close it. */
export interface OpenHouse extends House {
  close(): Promise<void>;
}

/**
 * Opens what a reconciliation stands on. Packages are loaded here and not at start-up, and nothing is
 * connected yet but the database.
 *
 * @throws UserError or ServiceError when the kubeconfig or the database cannot be used
 */
export async function openHouse(
  config: Config,
  env: Environment,
  { adopted }: MigrationListener,
): Promise<OpenHouse> {
  const [{ openState }, { leaseTimings }, { openClusters }] = await Promise.all([
    import('./state/open-state.ts'),
    import('./state/lease-timings.ts'),
    import('./cluster/kubeconfig.ts'),
  ]);
  const url = config.databaseUrl ?? (await databaseBeside(monitorDirectoryOf(config)));
  const { kubeconfig, cacheDirectory, actor, concurrencyPerCluster, requestTimeoutMs } = config;
  let lease: Lease | undefined;
  const clusters = openClusters({
    beforeWrite: () => lease?.check(),
    cacheDirectory,
    limits: {
      connections: concurrencyPerCluster,
      ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    },
    environment: env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const timings = leaseTimings(config.leaseMs, requestTimeoutMs);
  const state = await openState({ url, actor, leaseTimings: timings, adopted });
  const { images, programs, close } = await openPrograms(config, env);
  return {
    config,
    state,
    clusters,
    images,
    programs,
    acquireLease: async (request) => {
      lease = await state.acquire(request);
      return async () => await lease?.release();
    },
    close: async () => {
      await close();
      await clusters.close();
      await state.close();
    },
  };
}

/** What renders a repository without asking anybody. */
export interface Workshop extends Pick<House, 'images' | 'programs'> {
  readonly clusters: OfflineClusters;
  close(): Promise<void>;
}

/**
 * Opens what a repository is rendered with from what this machine has: no registry, cluster or
 * database is asked.
 *
 * @throws UserError `broken-kubeconfig`
 */
export async function openWorkshop(config: Config, env: Environment): Promise<Workshop> {
  const clusters = await openContexts(config, env);
  const { createCachedImageSource } = await import('./image/image-source.ts');
  const images = createCachedImageSource({ cacheDirectory: blobsIn(config) });
  const { programs, close } = await openProgramsOf(images, config);
  return { clusters, images, programs, close };
}

/** Opens the contexts of the kubeconfig, of which none is asked. @throws UserError `broken-kubeconfig` */
export async function openContexts(
  { kubeconfig, cacheDirectory }: Config,
  env: Environment,
): Promise<OfflineClusters> {
  const { openOfflineClusters } = await import('./cluster/offline.ts');
  return openOfflineClusters({
    cacheDirectory,
    environment: env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
}

/** The limits of a look at a cluster or registry: a person waits for it. */
const LOOK = { connectTimeoutMs: 5_000, requestTimeoutMs: 15_000 };

/** Opens what an examination stands on, so that nothing is changed by it: not even a cache. */
export async function openPatient(
  config: Config,
  env: Environment,
): Promise<{ readonly patient: Patient; close(): Promise<void> }> {
  const [{ openClusters }, { DEFAULT_LIMITS }, { createRegistryClient }, limits, credentials] =
    await Promise.all([
      import('./cluster/kubeconfig.ts'),
      import('./cluster/limits.ts'),
      import('./image/registry.ts'),
      import('./image/limits.ts'),
      import('./image/credentials.ts'),
    ]);
  const { kubeconfig, cacheDirectory, monitorDirectory: directory } = config;
  const clusters = openClusters({
    limits: { ...LOOK, retry: { ...DEFAULT_LIMITS.retry, attempts: 2 } },
    environment: env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const registry = createRegistryClient({
    ...LOOK,
    credentials: credentials.createCredentials({
      environment: env,
      homeDirectory: homedir(),
      userId: process.getuid?.(),
    }),
    manifestBytes: limits.DEFAULT_IMAGE_LIMITS.manifestBytes,
  });
  return {
    patient: { version, directory, cacheDirectory, clusters, registry, ...databaseOf(config) },
    close: async () => {
      await clusters.close();
      await registry.close();
    },
  };
}

function databaseOf({ databaseUrl, monitorDirectory, actor }: Config) {
  if (databaseUrl === undefined && monitorDirectory === undefined) return {};
  return {
    inspectDatabase: async () => {
      const { inspectDatabase } = await import('./state/inspect.ts');
      const { defaultDatabaseUrl } = await import('./state/database-url.ts');
      return await inspectDatabase(
        databaseUrl ?? defaultDatabaseUrl(monitorDirectory ?? ''),
        actor,
      );
    },
  };
}

/**
 * The database beside the monitor directory. A mistyped directory must not leave a new one behind; one
 * that is there serves commands that need no repository, too.
 */
async function databaseBeside(directory: string): Promise<string> {
  const { defaultDatabaseUrl, parseDatabaseUrl } = await import('./state/database-url.ts');
  const url = defaultDatabaseUrl(directory);
  const address = parseDatabaseUrl(url);
  if (address.type === 'sqlite' && !existsSync(address.path)) {
    const { listMonitorDirectory } = await import('./repository/monitor-directory.ts');
    await listMonitorDirectory(directory, directory);
  }
  return url;
}

/** A workbench and the way to close it. */
export interface OpenWorkbench extends Workbench {
  close(): Promise<void>;
}

/** Opens what the developer's commands stand on; nothing is connected yet. */
export async function openWorkbench(
  config: ProgramConfig,
  env: Environment,
): Promise<OpenWorkbench> {
  const [{ createRegistryUploader }, { DEFAULT_IMAGE_LIMITS: imageLimits }] = await Promise.all([
    import('./image/registry-upload.ts'),
    import('./image/limits.ts'),
  ]);
  const { images, starlark, limits, credentials, close } = await openPrograms(config, env);
  const uploader = createRegistryUploader({ credentials });
  return {
    images,
    starlark,
    limits,
    uploader,
    imageLimits,
    close: async () => {
      await close();
      await uploader.close();
    },
  };
}

/** Images and programs, open: all that a command needs which touches neither cluster nor database. */
export interface OpenPrograms extends EvaluationTools {
  readonly images: ImageSource;
  readonly programs: Programs;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Opens images and programs; nothing is connected yet. */
export async function openPrograms(config: ProgramConfig, env: Environment): Promise<OpenPrograms> {
  const [{ createImageSource }, { createCredentials }] = await Promise.all([
    import('./image/image-source.ts'),
    import('./image/credentials.ts'),
  ]);
  const credentials = createCredentials({
    environment: env,
    homeDirectory: homedir(),
    userId: process.getuid?.(),
  });
  const images = createImageSource({ cacheDirectory: blobsIn(config), credentials });
  return { ...(await openProgramsOf(images, config)), credentials };
}

function blobsIn({ cacheDirectory }: ProgramConfig): string {
  return join(cacheDirectory, 'blobs');
}

async function openProgramsOf(
  images: ImageSource,
  { cacheDirectory, starlark: ownLimits }: ProgramConfig,
): Promise<Omit<OpenPrograms, 'credentials'>> {
  const [{ createStarlark }, program, { ProgramCache }] = await Promise.all([
    import('./starlark/evaluate.ts'),
    import('./program/programs.ts'),
    import('./program/program-cache.ts'),
  ]);
  const starlark = createStarlark();
  const limits = { ...defaultLimits, ...ownLimits };
  const programs = program.createPrograms({
    images,
    starlark,
    limits,
    // What a program returns depends on the engine and the vocabulary, which come with a build.
    cache: new ProgramCache(join(cacheDirectory, `programs-${build.version}-${build.commit}`)),
  });
  return {
    images,
    programs,
    starlark,
    limits,
    close: async () => {
      await starlark.close();
      await images.close();
    },
  };
}
