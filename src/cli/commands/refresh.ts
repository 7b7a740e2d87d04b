import {
  withFilterOptions,
  withLockOption,
  withPlaceOptions,
  withViewOptions,
} from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Reads the tracked objects from their clusters, paused ones as well, and shows what others changed in
fields that Sisyphus set. Then it records the objects as they are, so that the next diff shows the
drift as a change to put right. It writes nothing to the clusters; diff --live only looks.

Examples:
  sisyphus refresh example/production
  sisyphus refresh --cluster east --namespace shop
  sisyphus refresh --output json`;

/** `sisyphus refresh` */
export const refreshCommand: CommandDefinition = {
  usage: 'refresh [options] [directory]',
  description: 'show and record what others changed in the clusters',
  define(command, exit) {
    const placed = withPlaceOptions(command.argument('[directory]', 'the monitor directory'));
    withLockOption(withViewOptions(withFilterOptions(placed)))
      .addHelpText('after', HELP)
      .action(async (directory: string | undefined, flags) => {
        const { refresh } = await import('../house-commands.ts');
        exit(await refresh({ ...flags, directory: directory ?? flags.monitorDirectory }));
      });
  },
};
