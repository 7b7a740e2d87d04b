import type { PlanFlags } from '../config.ts';
import type { DeclarationId } from '../model/declaration.ts';
import { declarationStatus } from '../reconcile/status.ts';
import { EXIT } from './exit-code.ts';
import { inHouse } from './in-house.ts';
import type { ReportFlags } from './report.ts';
import { statusLines } from './view/object-json.ts';
import { formatStatus } from './view/status-text.ts';

/** Shows how a declaration stands. @returns the exit code */
export async function objectStatus(
  id: DeclarationId,
  flags: PlanFlags & ReportFlags,
): Promise<number> {
  return await inHouse(flags, 'database', async (house, report) => {
    const status = await declarationStatus(house, id);
    report.show({
      text: (options) => formatStatus(status, options),
      lines: () => statusLines(status),
    });
    return EXIT.done;
  });
}
