import type { Outcome } from '../apply/events.ts';
import type { PlanFlags } from '../config.ts';
import { hasChanges } from '../plan/plan.ts';
import type { House } from '../reconcile/house.ts';
import type { Prepared } from '../reconcile/prepare.ts';
import { type Reconciled, reconcile } from '../reconcile/reconcile.ts';
import { inHouse, leaseListener } from './in-house.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import type { ApplyListener, Report, ReportFlags } from './report.ts';
import { savePlan } from './saved-plan.ts';
import { goOnUnheard, type Unheard } from './unheard.ts';

/** What a command that plans decides for itself. */
export interface PlanCommand {
  /** Decides about a plan that was shown. */
  readonly approve: (prepared: Prepared) => Promise<boolean>;
  /** Whether it may write, and so needs the lease. */
  readonly writes: boolean;
  /** The file to save the plan in. */
  readonly out?: string;
  /** The exit code for how it ended. */
  readonly exitCode: (result: Reconciled) => number;
}

/**
 * Walks the way through the house for a command: opens it, shows the plan, lets the command approve,
 * reports the apply or what went wrong, and closes everything whatever happens.
 *
 * @returns the exit code
 */
export async function runPlan(
  flags: PlanFlags & ReportFlags,
  command: PlanCommand,
): Promise<number> {
  return await inHouse(flags, 'repository', async (house, report) =>
    command.exitCode(await walkHouse(house, command, report)),
  );
}

async function walkHouse(house: House, command: PlanCommand, report: Report): Promise<Reconciled> {
  let listener: ApplyListener | undefined;
  let interrupt: Interrupt | undefined;
  let unheard: Unheard | undefined;
  let begun = 0;
  const stop = new AbortController();
  const approve = async (prepared: Prepared) => {
    report.plan(prepared);
    if (command.out !== undefined) {
      await savePlan(command.out, prepared, house.config);
      report.say(`saved in ${command.out}; sisyphus push --plan ${command.out} applies it`);
    }
    if (!(await command.approve(prepared))) return false;
    if (!hasChanges(prepared.plan)) return true;
    unheard = await goOnUnheard();
    begun = performance.now();
    listener = await report.applying(prepared.plan);
    interrupt = listenForInterrupt(() => {
      report.say('finishing the changes in hand; once more aborts at once');
      stop.abort();
    });
    return true;
  };
  try {
    const hear: ApplyListener['hear'] = (event) => listener?.hear(event);
    const lease = command.writes ? { lease: leaseListener(report) } : {};
    const result = await reconcile(house, { approve, hear, ...lease }, stop.signal);
    if (result.type === 'rejected') {
      report.problems(result.problems, command.writes ? 'nothing was applied' : 'there is no plan');
    }
    if (result.type === 'applied') {
      listener?.done(result.outcomes, performance.now() - begun);
      if (stop.signal.aborted && !isComplete(result.outcomes)) report.say(howToGoOn(house));
      await unheard?.check();
    }
    return result;
  } finally {
    interrupt?.release();
  }
}

/** A saved plan that was applied in part is not what the clusters hold any more. */
function howToGoOn({ config }: House): string {
  return config.savedPlan === undefined
    ? 'interrupted; the same command goes on from here'
    : 'interrupted; a new plan (diff --out) has what is left';
}

/** Whether everything that the plan wanted was done; what was kept on purpose counts as done. */
export function isComplete(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ type }) => type === 'applied' || type === 'kept');
}
