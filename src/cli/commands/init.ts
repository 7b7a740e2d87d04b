import type { InitFlags } from '../init.ts';
import { withOutputOption } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Writes a monitor directory, named after the environment, with a namespace and a ConfigMap; a program
with its tests; and the JSON Schema that editors use. All of it works as it is, and the commands to go
on with are printed. No file is overwritten. With --image the program is declared, too, and runs in the
cluster once its config image is pushed there.

Examples:
  sisyphus init
  sisyphus init shop --context east --namespace shop
  sisyphus init shop --image registry.example/hello_config`;

/** `sisyphus init` */
export const initCommand: CommandDefinition = {
  usage: 'init [options] [folder]',
  description: 'write a first repository and program',
  define(command, exit) {
    withOutputOption(command)
      .argument('[folder]', 'where to; it is made if need be', '.')
      .option('--context <name>', 'the cluster, by its context; the current one by default')
      .option('--namespace <name>', 'the first namespace', 'hello')
      .option('--image <reference>', 'where the config image of the program will be')
      .option('--environment <name>', 'what the program is evaluated for', 'production')
      .addHelpText('after', HELP)
      .action(async (folder: string, flags: InitFlags) => {
        const { init } = await import('../house-commands.ts');
        exit(await init(folder, flags));
      });
  },
};
