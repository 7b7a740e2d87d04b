import { setImmediate } from 'node:timers/promises';
import { ServiceError } from '../model/errors.ts';

/** What the output has become meanwhile. */
export interface Unheard {
  /** @throws ServiceError `output-failed` where it could not be written and somebody may wait for it */
  check(): Promise<void>;
}

/**
 * Lets what is about to begin go on when the output is not taken any more (`sisyphus push --yes | head`): half an
 * apply is worse than one that nobody reads of. Where the reader is gone already, nothing begins.
 */
export async function goOnUnheard(): Promise<Unheard> {
  const { stdout, stderr } = process;
  // That writing failed is told after the turn in which it was tried.
  await setImmediate();
  let failure: NodeJS.ErrnoException | undefined;
  stdout.removeAllListeners('error').on('error', (error) => {
    failure ??= error;
  });
  // What cannot be told there can be told nowhere.
  stderr.on('error', () => undefined);
  return {
    async check() {
      await setImmediate();
      if (failure === undefined || failure.code === 'EPIPE') return;
      throw new ServiceError(`The output could not be written: ${failure.message}.`, {
        code: 'output-failed',
        hint: 'What was done is recorded all the same; sisyphus diff shows what is left.',
      });
    },
  };
}
