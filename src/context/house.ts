import { existsSync } from 'node:fs';
import { openClusters } from '../cluster/kubeconfig.ts';
import { type Config, type Environment, monitorDirectoryOf } from '../config.ts';
import type { House } from '../reconcile/house.ts';
import { listMonitorDirectory } from '../repository/monitor-directory.ts';
import { defaultDatabaseUrl, parseDatabaseUrl } from '../state/database-url.ts';
import { leaseTimings } from '../state/lease-timings.ts';
import type { MigrationListener } from '../state/migrate.ts';
import { openState } from '../state/open-state.ts';
import type { Lease } from '../state/port.ts';
import { openPrograms } from './programs.ts';

/** The open house and the way to close it. */
export interface OpenHouse extends House {
  close(): Promise<void>;
}

/**
 * Opens what a reconciliation stands on; nothing is connected yet but the database.
 *
 * @throws UserError or ServiceError when the kubeconfig or the database cannot be used
 */
export async function openHouse(
  config: Config,
  env: Environment,
  { adopted }: MigrationListener,
): Promise<OpenHouse> {
  const url = config.databaseUrl ?? (await databaseBeside(monitorDirectoryOf(config)));
  const { kubeconfig, cacheDirectory, actor, concurrencyPerCluster, requestTimeoutMs } = config;
  let lease: Lease | undefined;
  const clusters = openClusters({
    beforeWrite: () => lease?.check(),
    cacheDirectory,
    limits: {
      // The other changes are being noted in the database meanwhile, before and after their requests.
      connections: Math.ceil(concurrencyPerCluster / 3),
      ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    },
    environment: env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const timings = leaseTimings(config.leaseMs, requestTimeoutMs);
  const state = await openState({ url, actor, leaseTimings: timings, adopted });
  const { images, programs, close } = openPrograms(config, env);
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

/**
 * The database beside the monitor directory. A mistyped directory must not leave a new one behind; one
 * that is there serves commands that need no repository, too.
 */
async function databaseBeside(directory: string): Promise<string> {
  const url = defaultDatabaseUrl(directory);
  const address = parseDatabaseUrl(url);
  if (address.type === 'sqlite' && !existsSync(address.path)) {
    await listMonitorDirectory(directory, directory);
  }
  return url;
}
