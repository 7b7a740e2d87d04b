import { type OfflineClusters, openOfflineClusters } from '../cluster/offline.ts';
import type { Config, Environment } from '../config.ts';
import { createCachedImageSource } from '../image/image-source.ts';
import type { House } from '../reconcile/house.ts';
import { blobsIn, openProgramsOf } from './programs.ts';

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
export function openWorkshop(config: Config, env: Environment): Workshop {
  const clusters = openContexts(config, env);
  const images = createCachedImageSource({ cacheDirectory: blobsIn(config) });
  const { programs, close } = openProgramsOf(images, config);
  return { clusters, images, programs, close };
}

/** Opens the contexts of the kubeconfig, of which none is asked. @throws UserError `broken-kubeconfig` */
export function openContexts(
  { kubeconfig, cacheDirectory }: Config,
  env: Environment,
): OfflineClusters {
  return openOfflineClusters({
    cacheDirectory,
    environment: env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
}
