import type { Outcome } from '../apply/events.ts';
import { type PlanFlags, readConfig } from '../config.ts';
import { openHouse } from '../context.ts';
import { hasChanges } from '../plan/plan.ts';
import type { House } from '../reconcile/house.ts';
import type { LeaseListener } from '../reconcile/lease.ts';
import type { Prepared } from '../reconcile/prepare.ts';
import { type Reconciled, reconcile } from '../reconcile/reconcile.ts';
import { exitCodeOf } from './exit-code.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { type ApplyListener, openReport, type Report, type ReportFlags } from './report.ts';

/** What a command that plans decides for itself. */
export interface PlanCommand {
  /** Decides about a plan that was shown. */
  readonly approve: (prepared: Prepared) => Promise<boolean>;
  /** Whether it may write, and so needs the lease. */
  readonly writes: boolean;
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
  const report = await openReport(flags);
  const code = await run(flags, command, report);
  report.end(code);
  return code;
}

async function run(
  flags: PlanFlags & ReportFlags,
  command: PlanCommand,
  report: Report,
): Promise<number> {
  try {
    const house = await openHouse(readConfig(flags, process.env), process.env);
    try {
      return command.exitCode(await walkHouse(house, command, report));
    } finally {
      await house.close();
    }
  } catch (error) {
    report.error(error);
    return exitCodeOf(error);
  }
}

async function walkHouse(house: House, command: PlanCommand, report: Report): Promise<Reconciled> {
  let listener: ApplyListener | undefined;
  let interrupt: Interrupt | undefined;
  let begun = 0;
  const stop = new AbortController();
  const approve = async (prepared: Prepared) => {
    report.plan(prepared);
    if (!(await command.approve(prepared))) return false;
    if (!hasChanges(prepared.plan)) return true;
    begun = performance.now();
    listener = report.applying(prepared.plan);
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
    if (result.type === 'rejected') report.problems(result.problems);
    if (result.type === 'applied') listener?.done(result.outcomes, performance.now() - begun);
    return result;
  } finally {
    interrupt?.release();
  }
}

/** Tells the person in front of the terminal what a lease is waited for, and what it found. */
function leaseListener(report: Report): LeaseListener {
  return {
    waiting: ({ username, host, pid, since }) => {
      report.say(`waiting for ${username} on ${host} (pid ${pid}), who writes since ${since}`);
    },
    recovered: (changes) => {
      report.say(`looked into ${changes} changes of a command that was interrupted`);
    },
  };
}

/** Whether everything that the plan wanted was done; what was kept on purpose counts as done. */
export function isComplete(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ type }) => type === 'applied' || type === 'kept');
}
