import { monitorDirectoryOf, type PlanFlags, readConfig } from '../config.ts';
import { openWorkshop } from '../context/workshop.ts';
import { type Validated, validateRepository } from '../reconcile/validate.ts';
import { EXIT } from './exit-code.ts';
import type { View } from './report.ts';
import { reporting } from './reporting.ts';
import { formatAnnotations } from './view/annotations.ts';
import { formatValidated, validatedLines } from './view/validated.ts';

/** Flags of `sisyphus validate`. */
export interface ValidateFlags extends PlanFlags {
  readonly output?: 'text' | 'json' | 'github';
}

/** Checks a repository without asking anybody. @returns the exit code */
export async function validate({ output = 'text', ...flags }: ValidateFlags): Promise<number> {
  return await reporting({ output: output === 'github' ? 'text' : output }, async (report) => {
    const config = readConfig(flags, process.env, 'repository');
    const workshop = openWorkshop(config, process.env);
    try {
      const validated = await validateRepository(monitorDirectoryOf(config), workshop);
      report.show(viewOf(validated, output));
      return validated.problems.length > 0 ? EXIT.failed : EXIT.done;
    } finally {
      await workshop.close();
    }
  });
}

function viewOf(validated: Validated, output: ValidateFlags['output']): View {
  return {
    text: (options) =>
      output === 'github' ? formatAnnotations(validated) : formatValidated(validated, options),
    lines: () => validatedLines(validated),
  };
}
