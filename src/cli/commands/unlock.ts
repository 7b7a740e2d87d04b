import { withOutputOption, withPlaceOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
A command that writes holds a lease on the clusters and namespaces that its filters leave, and gives it
back when it ends. That of a process that is gone is taken over by itself: at once on its own machine,
elsewhere after a minute, for which --lock-timeout waits. Ending a lease by force is for what cannot
wait. Its holder notices at its next record, and a change that it is making may still land.

Examples:
  sisyphus unlock                            list the leases
  sisyphus unlock --id 7                     show who holds it, ask, and end it
  sisyphus unlock --id 7 --yes`;

/** `sisyphus unlock` */
export const unlockCommand: CommandDefinition = {
  usage: 'unlock [options]',
  description: 'list who holds a lease on the database, or end a lease by force',
  define(command, exit) {
    withOutputOption(withPlaceOptions(command))
      .option('--id <id>', 'the lease to end, as an error or the list names it')
      .option('-y, --yes', 'end it without asking')
      .addHelpText('after', HELP)
      .action(async ({ monitorDirectory: directory, ...flags }) => {
        const { unlock } = await import('../house-commands.ts');
        exit(await unlock({ ...flags, directory }));
      });
  },
};
