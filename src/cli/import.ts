import type { PlanFlags } from '../config.ts';
import { formatDeclaration } from '../model/declaration.ts';
import { formatObject, type ObjectKey } from '../model/object.ts';
import { isNamespace } from '../plan/filter.ts';
import type { Declared } from '../reconcile/declared.ts';
import { importObject as adopt } from '../reconcile/import.ts';
import { EXIT } from './exit-code.ts';
import { inHouse, leaseListener } from './in-house.ts';
import { filterFor } from './object-flags.ts';
import { sentence } from './view/sentence.ts';

/** Adopts an object into the database and says whether it is declared. @returns the exit code */
export async function importObject(key: ObjectKey, flags: PlanFlags): Promise<number> {
  return await inHouse({ ...flags, ...filterFor(key) }, 'database', async (house, report) => {
    const declared = await adopt(house, key, leaseListener(report));
    const tracked = `Imported ${formatObject(key)} of cluster ${key.cluster}`;
    const by = declared.type === 'yes' && declared.declaration;
    const origin = by ? `, which ${formatDeclaration(by)} declares` : '';
    report.show(sentence(`${tracked}${origin}. Nothing was written to the cluster.`));
    const warning = warningOf(declared, key);
    if (warning !== undefined) report.say(`warning: ${warning}`);
    return EXIT.done;
  });
}

function warningOf(declared: Declared, key: ObjectKey): string | undefined {
  const fate = isNamespace(key) ? 'stop tracking it again' : 'delete it';
  if (declared.type === 'no') {
    return `the repository does not declare it, so the next push would ${fate}`;
  }
  if (declared.type === 'yes') return undefined;
  return `it could not be checked whether the repository declares it; if not, the next push would ${fate}\n${declared.why}`;
}
