import type { PlanFlags } from '../config.ts';
import { type DeclarationId, formatDeclaration } from '../model/declaration.ts';
import { pauseDeclaration } from '../reconcile/pause.ts';
import { EXIT } from './exit-code.ts';
import { inHouse, leaseListener } from './in-house.ts';
import { filterOf } from './object-flags.ts';
import { sentence } from './view/sentence.ts';

/** Flags of `sisyphus object pause`. */
export interface PauseFlags extends PlanFlags {
  readonly reason: string;
}

/** Pauses a declaration. @returns the exit code */
export async function objectPause(id: DeclarationId, flags: PauseFlags): Promise<number> {
  return await inHouse({ ...flags, ...filterOf(id) }, 'database', async (house, report) => {
    const before = await pauseDeclaration(house, id, flags.reason, leaseListener(report));
    const name = formatDeclaration(id);
    report.show(
      before === undefined
        ? sentence(`Paused ${name}: it takes no part in a push until it is resumed.`)
        : sentence(`${name} is paused for that reason since ${before.createdAt}.`),
    );
    return EXIT.done;
  });
}
