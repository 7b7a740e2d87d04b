import type { PlanFlags } from '../config.ts';
import { UserError } from '../model/errors.ts';
import { hasChanges } from '../plan/plan.ts';
import type { Prepared } from '../reconcile/prepare.ts';
import type { Reconciled } from '../reconcile/reconcile.ts';
import { confirm } from './ask.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { isComplete, runPlan } from './run-plan.ts';

/** Flags of `sisyphus push`. */
export interface PushFlags extends PlanFlags, ReportFlags {
  readonly yes?: boolean;
}

/** Shows what is to change, asks, and applies it. @returns the exit code */
export async function push(flags: PushFlags): Promise<number> {
  return await runPlan(flags, {
    writes: true,
    approve: (prepared) => approve(prepared, flags),
    exitCode,
  });
}

/** @throws UserError for a plan that would empty a cluster; UsageError where nobody can be asked */
async function approve(prepared: Prepared, flags: PushFlags): Promise<boolean> {
  const [mass] = prepared.massDeletes;
  if (mass !== undefined) {
    throw new UserError(
      `the plan deletes ${mass.deletes} of ${mass.tracked} tracked objects of cluster ${mass.cluster}; nothing was applied`,
      { code: 'mass-delete', hint: 'if that is meant, say --allow-mass-delete' },
    );
  }
  const wanted = prepared.plan.changes.some((change) => change.block === undefined);
  if (!wanted) return true;
  return await confirm('Continue pushing? y/(n)', flags.yes, {
    refusal: 'nothing was applied',
    hint: 'say --yes to apply without asking',
  });
}

function exitCode(result: Reconciled): number {
  if (result.type === 'rejected') return EXIT.failed;
  if (Object.keys(result.plan.unavailable).length > 0) return EXIT.failed;
  if (result.type === 'planned') return hasChanges(result.plan) ? EXIT.failed : EXIT.done;
  return isComplete(result.outcomes) ? EXIT.done : EXIT.failed;
}
