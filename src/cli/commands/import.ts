import { withLockOption, withPlaceOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';
import { type KeyFlags, keyOf, withKeyOptions } from './key-options.ts';

const HELP = `
Adopts an object that exists into the database. It writes nothing to the cluster and takes no
ownership; the next push does, if the repository declares the object, and else deletes it.

Examples:
  sisyphus import --api-version apps/v1 --cluster east --kind Deployment --namespace shop --name web
  sisyphus import --api-version v1 --cluster east --kind Namespace --name shop`;

/** `sisyphus import` */
export const importCommand: CommandDefinition = {
  usage: 'import [options]',
  description: 'adopt an object into the database',
  define(command, exit) {
    withLockOption(withPlaceOptions(withKeyOptions(command)))
      .addHelpText('after', HELP)
      .action(async (flags: KeyFlags) => {
        const { importObject } = await import('../house-commands.ts');
        exit(await importObject(...keyOf(flags)));
      });
  },
};
