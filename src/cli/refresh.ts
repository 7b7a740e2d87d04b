import type { PlanFlags } from '../config.ts';
import { type Refreshed, refresh as refreshObjects } from '../reconcile/refresh.ts';
import { EXIT } from './exit-code.ts';
import { inHouse, leaseListener } from './in-house.ts';
import type { ReportFlags } from './report.ts';
import { driftLines } from './view/drift-json.ts';
import { concludeDrift, formatDrift } from './view/drift-text.ts';

/** Flags of `sisyphus refresh`. */
export type RefreshFlags = PlanFlags & ReportFlags;

/** Shows how tracked objects differ from what was recorded, and records it. @returns the exit code */
export async function refresh(flags: RefreshFlags): Promise<number> {
  const { groupBy = 'object', full = false } = flags;
  return await inHouse(flags, 'database', async (house, report) => {
    const found = (refreshed: Refreshed) => {
      const text = (options: { color: boolean }) =>
        formatDrift(refreshed, { ...options, groupBy, full });
      report.show({ text, lines: () => driftLines(refreshed) });
    };
    const refreshed = await refreshObjects(house, { ...leaseListener(report), found });
    report.show({ text: () => concludeDrift(refreshed), lines: () => [] });
    return Object.keys(refreshed.unavailable).length > 0 ? EXIT.failed : EXIT.done;
  });
}
