import { buildEngine } from '../scripts/build-engine.ts';

/** Builds the Starlark engine before any test starts, so that none of them waits for minutes. */
export async function setup(): Promise<void> {
  await buildEngine();
}
