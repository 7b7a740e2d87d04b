import type { Command } from 'commander';
import type { Exit } from '../exit-code.ts';
import { withPlanOptions } from '../options.ts';

const HELP = `
Compares the repository with what was last applied, and writes nothing to the clusters.

Examples:
  sisyphus diff example/production
  sisyphus diff --exit-code && echo "nothing to push"
  sisyphus diff --group-by cluster --full
  sisyphus diff --out plan.json              save the plan, for push --plan and show`;

/** `sisyphus diff` */
export function addDiff(program: Command, exit: Exit): void {
  withPlanOptions(program.command('diff'))
    .description('show what a push would change')
    .option('--exit-code', 'exit with 3 when there are changes')
    .option('--out <file>', 'save the plan, for push --plan')
    .addHelpText('after', HELP)
    .action(async (directory: string | undefined, flags) => {
      const { diff } = await import('../house-commands.ts');
      exit(await diff({ ...flags, directory: directory ?? flags.monitorDirectory }));
    });
}
