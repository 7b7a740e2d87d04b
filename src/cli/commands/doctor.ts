import type { Command } from 'commander';
import type { Exit } from '../exit-code.ts';
import { withOutputOption, withPlaceOptions } from '../options.ts';

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
export function addDoctor(program: Command, exit: Exit): void {
  const command = program.command('doctor').argument('[directory]', 'the monitor directory');
  withOutputOption(withPlaceOptions(command))
    .description('look at everything that a push needs, and say what is wrong')
    .addHelpText('after', HELP)
    .action(async (directory: string | undefined, flags) => {
      const { doctor } = await import('../house-commands.ts');
      exit(await doctor({ ...flags, directory: directory ?? flags.monitorDirectory }));
    });
}
