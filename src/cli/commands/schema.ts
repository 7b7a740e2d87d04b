import { Argument } from 'commander';
import type { DefinitionName } from '../../reconcile/definitions.ts';
import type { CommandDefinition } from './definition.ts';

/** As `DEFINITION_NAMES`, which would load all that they are made of. */
const NAMES: readonly DefinitionName[] = [
  'any',
  'Deployment',
  'CronJob',
  'KubernetesYaml',
  'SisyphusYaml',
  'starlark',
];

const HELP = `
Prints the JSON Schema of the repository's documents, of one kind or of any, for editors; or stubs of
the words that programs have, for language servers and type checkers of Starlark.

Examples:
  sisyphus schema > sisyphus.schema.json     for "# yaml-language-server: $schema=sisyphus.schema.json"
  sisyphus schema Deployment
  sisyphus schema starlark > stubs/__init__.py   for starlark-lsp start --builtin-paths stubs`;

/** `sisyphus schema` */
export const schemaCommand: CommandDefinition = {
  usage: 'schema [kind]',
  description: 'print a JSON Schema or Starlark stubs, for editors',
  define(command, exit) {
    command
      .addArgument(new Argument('[kind]', 'whose definition').choices(NAMES).default('any'))
      .addHelpText('after', HELP)
      .action(async (name: DefinitionName) => {
        const { schema } = await import('../schema.ts');
        exit(schema(name));
      });
  },
};
