import { Option } from 'commander';
import { withPlanOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Shows the plan and asks before anything is written. Objects vanish from a cluster only when they
vanished from the repository, and secrets keep the values that somebody set in the cluster.

Examples:
  sisyphus push example/production
  sisyphus push --yes --output json > push.jsonl
  sisyphus push --kind Deployment --name frontend
  sisyphus push --plan plan.json             apply exactly what diff --out saved`;

/** What a saved plan has decided. */
const FIXED_BY_PLAN = [
  ...['apiVersion', 'cluster', 'kind', 'name', 'namespace'],
  ...['live', 'adoptRepository', 'starlarkSteps', 'starlarkMemory', 'starlarkTimeout'],
];

/** `sisyphus push` */
export const pushCommand: CommandDefinition = {
  usage: 'push [options] [directory]',
  description: 'apply the repository to the clusters',
  define(command, exit) {
    withPlanOptions(command)
      .option('-y, --yes', 'apply without asking')
      .addOption(
        new Option('--plan <file>', 'apply a plan that diff --out saved').conflicts(FIXED_BY_PLAN),
      )
      .addHelpText('after', HELP)
      .action(async (directory: string | undefined, flags) => {
        const { push } = await import('../house-commands.ts');
        exit(await push({ ...flags, directory: directory ?? flags.monitorDirectory }));
      });
  },
};
