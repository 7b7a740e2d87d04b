import { setImmediate } from 'node:timers/promises';

/**
 * Lets what is about to begin go on when nobody takes the output any more (`sisyphus push --yes | head`): half an
 * apply is worse than one that nobody reads of. Where the plan itself was not taken, nothing begins.
 */
export async function goOnUnheard(): Promise<void> {
  // That writing failed is told after the turn in which it was tried.
  await setImmediate();
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', () => undefined);
  }
}
