import { withOutputOption, withPlaceOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Looks at everything that a push needs: this program, its cache, the database, the kubeconfig, the
clusters with what you may do there, and the registries with the images. With a monitor directory it
looks at what the repository uses, without one at all contexts. It says what to do about each thing
that is wrong, changes nothing, and exits with 1 where something would keep a push from working.

Examples:
  sisyphus doctor
  sisyphus doctor example/production
  sisyphus doctor --output json | jq 'select(.verdict == "failed")'`;

/** `sisyphus doctor` */
export const doctorCommand: CommandDefinition = {
  usage: 'doctor [options] [directory]',
  description: 'look at everything that a push needs, and say what is wrong',
  define(command, exit) {
    withOutputOption(withPlaceOptions(command.argument('[directory]', 'the monitor directory')))
      .addHelpText('after', HELP)
      .action(async (directory: string | undefined, flags) => {
        const { doctor } = await import('../house-commands.ts');
        exit(await doctor({ ...flags, directory: directory ?? flags.monitorDirectory }));
      });
  },
};
