import { ServiceError } from '../model/errors.ts';
import type { Manifest } from '../model/object.ts';

/** A field that another manager owns, as the API server names it in a conflict. */
export interface FieldConflict {
  readonly manager: string;
  /** Dotted path: `.spec.replicas`. */
  readonly field: string;
}

/** An error answer of an API server. */
export class ApiError extends ServiceError {
  /** HTTP status code. */
  readonly status: number;
  /** The server's machine-readable reason: `NotFound`, `Invalid`, `Conflict`, … */
  readonly reason: string;
  /** Where the error is a conflict of a server-side apply. */
  readonly conflicts: readonly FieldConflict[];

  constructor(
    message: string,
    answer: {
      readonly status: number;
      readonly reason: string;
      readonly conflicts?: readonly FieldConflict[];
      readonly hint?: string;
    },
  ) {
    const { hint } = answer;
    super(message, { code: 'api-error', ...(hint === undefined ? {} : { hint }) });
    this.status = answer.status;
    this.reason = answer.reason;
    this.conflicts = answer.conflicts ?? [];
  }
}

/** A cluster that gave no answer; nothing more is asked of it in this run. */
export class UnreachableError extends ServiceError {
  constructor(cluster: string, why: string, cause?: unknown) {
    super(`cluster ${cluster} is unreachable: ${why}`, { code: 'unreachable-cluster', cause });
  }
}

/** A single request without a usable answer, of a cluster that does answer others. */
export class AnswerError extends ServiceError {
  constructor(cluster: string, why: string, cause?: unknown) {
    super(`cluster ${cluster} gave no usable answer: ${why}`, { code: 'no-usable-answer', cause });
  }
}

/** A wait that ended before what it waited for. */
export class WaitTimeoutError extends ServiceError {
  /** The object as it was last seen; undefined where it does not exist. */
  readonly last: Manifest | undefined;

  constructor(message: string, last: Manifest | undefined) {
    super(message, { code: 'wait-timeout' });
    this.last = last;
  }
}
