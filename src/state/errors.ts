import { ServiceError } from '../model/errors.ts';

/** The lease is not held any more, or not surely: whoever gets this sends nothing more. */
export class LeaseLostError extends ServiceError {
  constructor(id: string, why: string, cause?: unknown) {
    super(`The lease ${id} was lost: ${why}. Nothing more is changed.`, {
      code: 'lease-lost',
      hint: 'Run the command again; it takes up what was in flight.',
      cause,
    });
  }
}
