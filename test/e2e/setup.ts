import type { TestProject } from 'vitest/node';
import { ensureDist } from '../../scripts/ensure-dist.ts';
import { startBed } from '../bed/bed.ts';

/** What stories need to know of the bed that they share. */
export interface SharedBed {
  readonly kubeconfigPath: string;
  readonly registryUrl: string;
  readonly kubectlCommand: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    bed: SharedBed;
  }
}

/** Builds the command line and starts one bed for all stories; each keeps to its own namespaces. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await ensureDist();
  const { kubeconfigPath, registryUrl, kubectlCommand, stop } = await startBed();
  provide('bed', { kubeconfigPath, registryUrl, kubectlCommand });
  return stop;
}
