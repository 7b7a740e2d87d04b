import type { PlanFlags } from '../config.ts';
import { formatObject, type ObjectKey } from '../model/object.ts';
import { forgetObject as drop } from '../reconcile/forget.ts';
import { EXIT } from './exit-code.ts';
import { inHouse, leaseListener } from './in-house.ts';
import { filterFor } from './object-flags.ts';
import { sentence } from './view/sentence.ts';

/** Drops an object from the database. @returns the exit code */
export async function forgetObject(key: ObjectKey, flags: PlanFlags): Promise<number> {
  return await inHouse({ ...flags, ...filterFor(key) }, 'database', async (house, report) => {
    await drop(house, key, leaseListener(report));
    const forgotten = `Forgot ${formatObject(key)} of cluster ${key.cluster}, which was not touched there.`;
    const next = 'If the repository declares it, the next push takes it up again.';
    report.show(sentence(`${forgotten} ${next}`));
    return EXIT.done;
  });
}
