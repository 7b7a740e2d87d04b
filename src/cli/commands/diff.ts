import { withPlanOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Compares the repository with what was last applied, and writes nothing to the clusters.

Examples:
  sisyphus diff example/production
  sisyphus diff --exit-code && echo "nothing to push"
  sisyphus diff --group-by cluster --full
  sisyphus diff --out plan.json              save the plan, for push --plan and show`;

/** `sisyphus diff` */
export const diffCommand: CommandDefinition = {
  usage: 'diff [options] [directory]',
  description: 'show what a push would change',
  define(command, exit) {
    withPlanOptions(command)
      .option('--exit-code', 'exit with 3 when there are changes')
      .option('--out <file>', 'save the plan, for push --plan')
      .addHelpText('after', HELP)
      .action(async (directory: string | undefined, flags) => {
        const { diff } = await import('../house-commands.ts');
        exit(await diff({ ...flags, directory: directory ?? flags.monitorDirectory }));
      });
  },
};
