import { withLockOption, withPlaceOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';
import { type KeyFlags, keyOf, withKeyOptions } from './key-options.ts';

const HELP = `
Drops an object from the database and leaves its cluster alone. If the repository declares it, the
next push takes it up again.

Examples:
  sisyphus forget --api-version apps/v1 --cluster east --kind Deployment --namespace shop --name web`;

/** `sisyphus forget` */
export const forgetCommand: CommandDefinition = {
  usage: 'forget [options]',
  description: 'drop an object from the database',
  define(command, exit) {
    withLockOption(withPlaceOptions(withKeyOptions(command)))
      .addHelpText('after', HELP)
      .action(async (flags: KeyFlags) => {
        const { forgetObject } = await import('../house-commands.ts');
        exit(await forgetObject(...keyOf(flags)));
      });
  },
};
