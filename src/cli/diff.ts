import type { PlanFlags } from '../config.ts';
import { hasChanges } from '../plan/plan.ts';
import type { Reconciled } from '../reconcile/reconcile.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { runPlan } from './run-plan.ts';

/** Flags of `sisyphus diff`. */
export interface DiffFlags extends PlanFlags, ReportFlags {
  readonly exitCode?: boolean;
  readonly out?: string;
}

/** Shows what a push would change. @returns the exit code */
export async function diff(flags: DiffFlags): Promise<number> {
  return await runPlan(flags, {
    writes: false,
    out: flags.out,
    approve: async () => false,
    exitCode: (result) => exitCode(flags, result),
  });
}

function exitCode(flags: DiffFlags, result: Reconciled): number {
  if (result.type === 'rejected') return EXIT.failed;
  if (Object.keys(result.plan.unavailable).length > 0) return EXIT.failed;
  return flags.exitCode === true && hasChanges(result.plan) ? EXIT.changes : EXIT.done;
}
