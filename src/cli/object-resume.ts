import type { PlanFlags } from '../config.ts';
import { type DeclarationId, formatDeclaration } from '../model/declaration.ts';
import { resumeDeclaration } from '../reconcile/pause.ts';
import { EXIT } from './exit-code.ts';
import { inHouse, leaseListener } from './in-house.ts';
import { filterOf } from './object-flags.ts';
import { sentence } from './view/sentence.ts';

/** Ends the pause of a declaration. @returns the exit code */
export async function objectResume(id: DeclarationId, flags: PlanFlags): Promise<number> {
  return await inHouse({ ...flags, ...filterOf(id) }, 'database', async (house, report) => {
    const wasPaused = await resumeDeclaration(house, id, leaseListener(report));
    const name = formatDeclaration(id);
    report.show(
      wasPaused
        ? sentence(`Resumed ${name}: the next push applies what the repository says.`)
        : sentence(`${name} is not paused.`),
    );
    return EXIT.done;
  });
}
