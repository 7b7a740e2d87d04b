import { type Needs, type PlanFlags, readConfig } from '../config.ts';
import { openHouse } from '../context/house.ts';
import type { House } from '../reconcile/house.ts';
import type { LeaseListener } from '../reconcile/lease.ts';
import type { Report, ReportFlags } from './report.ts';
import { reporting } from './reporting.ts';
import { homeOf, readOwnPlan } from './saved-plan.ts';
import { formatRecovered } from './view/recovered.ts';

/**
 * Does a command's work in an open house: reports what ends it early, and closes everything whatever
 * happens.
 *
 * @param work gives the exit code
 * @returns the exit code
 */
export async function inHouse(
  flags: PlanFlags & ReportFlags,
  needs: Needs,
  work: (house: House, report: Report) => Promise<number>,
): Promise<number> {
  return await reporting(flags, (report) => run(flags, needs, report, work));
}

async function run(
  flags: PlanFlags,
  needs: Needs,
  report: Report,
  work: (house: House, report: Report) => Promise<number>,
): Promise<number> {
  const savedPlan = flags.plan === undefined ? undefined : await readOwnPlan(flags.plan);
  const directory = flags.directory ?? (savedPlan && homeOf(savedPlan));
  const config = readConfig({ ...flags, savedPlan, directory }, process.env, needs);
  const adopted = (isComplete: boolean) => report.say(adoptionNote(isComplete));
  const house = await openHouse(config, process.env, { adopted });
  try {
    return await work(house, report);
  } finally {
    await house.close();
  }
}

function adoptionNote(isComplete: boolean): string {
  const removed =
    'the database of the Original is adopted, and values of Secrets were removed from it';
  return isComplete
    ? `${removed}; backups that were made before still hold them`
    : `${removed}; its files hold them as long as somebody else reads, and backups that were made before still do`;
}

/** Tells the person in front of the terminal what a lease is waited for, and what it found. */
export function leaseListener(report: Report): LeaseListener {
  return {
    waiting: ({ username, host, pid, since }) => {
      report.say(`waiting for ${username} on ${host} (pid ${pid}), who writes since ${since}`);
    },
    recovered: (changes) => report.say(formatRecovered(changes)),
  };
}
