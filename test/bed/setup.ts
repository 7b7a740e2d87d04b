import { controlPlaneBinaries, registryBinary } from './build.ts';

/** Builds the parts of the bed before any test starts, so that none of them waits for minutes. */
export async function setup(): Promise<void> {
  await controlPlaneBinaries();
  await registryBinary();
}
