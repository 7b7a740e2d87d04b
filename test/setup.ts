import { ensureDist } from '../scripts/ensure-dist.ts';

/** Builds what the tests run, before any of them starts. */
export async function setup(): Promise<void> {
  await ensureDist();
}
