import type { Command } from 'commander';
import type { Exit } from '../exit-code.ts';
import { withLockOption, withPlaceOptions } from '../options.ts';
import { type KeyFlags, keyOf, withKeyOptions } from './key-options.ts';

const HELP = `
Adopts an object that exists into the database. It writes nothing to the cluster and takes no
ownership; the next push does, if the repository declares the object, and else deletes it.

Examples:
  sisyphus import --api-version apps/v1 --cluster east --kind Deployment --namespace shop --name web
  sisyphus import --api-version v1 --cluster east --kind Namespace --name shop`;

/** `sisyphus import` */
export function addImport(program: Command, exit: Exit): void {
  withLockOption(withPlaceOptions(withKeyOptions(program.command('import'))))
    .description('adopt an object into the database')
    .addHelpText('after', HELP)
    .action(async (flags: KeyFlags) => {
      const { importObject } = await import('../house-commands.ts');
      exit(await importObject(...keyOf(flags)));
    });
}
