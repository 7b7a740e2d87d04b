import type { PlanFlags } from '../config.ts';
import type { DeclarationId } from '../model/declaration.ts';
import { declarationHistory } from '../reconcile/history.ts';
import { EXIT } from './exit-code.ts';
import { inHouse } from './in-house.ts';
import type { ReportFlags } from './report.ts';
import { formatHistory } from './view/history-text.ts';
import { historyLines } from './view/object-json.ts';

/** Flags of `sisyphus object history`. */
export interface HistoryFlags extends PlanFlags, ReportFlags {
  readonly limit: number;
  readonly diff?: boolean;
}

/** Shows the attempts to roll a declaration out. @returns the exit code */
export async function objectHistory(id: DeclarationId, flags: HistoryFlags): Promise<number> {
  const { limit, diff = false } = flags;
  return await inHouse(flags, 'database', async (house, report) => {
    const attempts = await declarationHistory(house, id, limit);
    report.show({
      text: (options) => formatHistory(attempts, { ...options, diff }),
      lines: () => historyLines(attempts, diff),
    });
    return EXIT.done;
  });
}
