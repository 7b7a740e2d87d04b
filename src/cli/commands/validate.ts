import { Option } from 'commander';
import { withProgramLimitOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
Reads the whole repository, runs its programs and checks the objects as a push does, but asks no
registry, cluster or database: it knows what the kubeconfig and the cache hold. What it cannot know (an
image that is not in the cache, a kind of which no cluster told) is a notice and no error.

Examples:
  sisyphus validate example/production
  sisyphus validate --output github          annotations at the lines of a pull request
  sisyphus validate --output json | jq 'select(.type == "problem")'`;

/** `sisyphus validate` */
export const validateCommand: CommandDefinition = {
  usage: 'validate [options] [directory]',
  description: 'check a repository offline',
  define(command, exit) {
    const checked = command
      .argument('[directory]', 'the monitor directory')
      .option('--monitor-directory <path>', 'the monitor directory')
      .addOption(
        new Option('-o, --output <format>', 'json prints lines (docs/json-output.md)')
          .choices(['text', 'json', 'github'])
          .default('text'),
      );
    withProgramLimitOptions(checked)
      .addHelpText('after', HELP)
      .action(async (directory: string | undefined, flags) => {
        const { validate } = await import('../house-commands.ts');
        exit(await validate({ ...flags, directory: directory ?? flags.monitorDirectory }));
      });
  },
};
