import type { PlanFlags } from '../config.ts';
import type { House } from '../reconcile/house.ts';
import { endLease, listLeases } from '../reconcile/unlock.ts';
import { confirm } from './ask.ts';
import { EXIT } from './exit-code.ts';
import { inHouse } from './in-house.ts';
import type { Report, ReportFlags } from './report.ts';
import { formatLease, leasesView, unlockedView } from './view/leases.ts';

/** Flags of `sisyphus unlock`. */
export interface UnlockFlags extends PlanFlags, ReportFlags {
  readonly id?: string;
  readonly yes?: boolean;
}

/** Lists the leases, or ends one by force. @returns the exit code */
export async function unlock(flags: UnlockFlags): Promise<number> {
  const { id } = flags;
  return await inHouse(flags, 'database', async (house, report) => {
    if (id !== undefined) return await endOne(id, flags, house, report);
    report.show(leasesView(await listLeases(house)));
    return EXIT.done;
  });
}

async function endOne(
  id: string,
  flags: UnlockFlags,
  house: House,
  report: Report,
): Promise<number> {
  const ended = await endLease(house, id, async (lease) => {
    if (flags.yes !== true) report.say(formatLease(lease));
    return await confirm('End this lease? y/(n)', flags.yes, {
      refusal: 'the lease was not ended',
      hint: 'say --yes to end it without asking',
    });
  });
  if (ended === undefined) return EXIT.failed;
  report.show(unlockedView(ended));
  return EXIT.done;
}
