import { withViewOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Prints a plan that diff --out saved, as diff does. It needs neither the repository nor the database.

Examples:
  sisyphus show plan.json
  sisyphus show plan.json --output json`;

/** `sisyphus show` */
export const showCommand: CommandDefinition = {
  usage: 'show [options] <file>',
  description: 'print a saved plan',
  define(command, exit) {
    withViewOptions(command)
      .argument('<file>', 'what diff --out wrote')
      .addHelpText('after', HELP)
      .action(async (file: string, flags) => {
        const { show } = await import('../show.ts');
        exit(await show(file, flags));
      });
  },
};
