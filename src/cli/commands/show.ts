import type { Command } from 'commander';
import type { Exit } from '../exit-code.ts';
import { withViewOptions } from '../options.ts';

const HELP = `
Prints a plan that diff --out saved, as diff does. It needs neither the repository nor the database.

Examples:
  sisyphus show plan.json
  sisyphus show plan.json --output json`;

/** `sisyphus show` */
export function addShow(program: Command, exit: Exit): void {
  withViewOptions(program.command('show'))
    .description('print a saved plan')
    .argument('<file>', 'what diff --out wrote')
    .addHelpText('after', HELP)
    .action(async (file: string, flags) => {
      const { show } = await import('../show.ts');
      exit(await show(file, flags));
    });
}
