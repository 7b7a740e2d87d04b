import type { SisyphusError } from '../model/errors.ts';
import type { Change } from '../model/plan.ts';

/** How one change ended. */
export type Outcome =
  | {
      readonly type: 'applied';
      readonly change: Change;
      /** Fields that other managers lost to this change: `spec.replicas` of `kubectl-scale`. */
      readonly taken: readonly { readonly field: string; readonly manager: string }[];
      /** What is still under way, such as finalizers that hold a deleted object. */
      readonly note?: string;
      readonly durationMs: number;
    }
  | { readonly type: 'failed'; readonly change: Change; readonly error: SisyphusError }
  | { readonly type: 'blocked'; readonly change: Change; readonly reason: string }
  | { readonly type: 'kept'; readonly change: Change; readonly reason: string }
  /** Not tried, because of something else: a failure it depends on, an interrupt, a lost cluster. */
  | { readonly type: 'skipped'; readonly change: Change; readonly reason: string };

/** What the walk over a plan tells while it goes. */
export type ApplyEvent =
  | { readonly type: 'started'; readonly change: Change }
  | { readonly type: 'finished'; readonly outcome: Outcome };
