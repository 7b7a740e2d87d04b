import { type Command, Option } from 'commander';
import type { Exit } from '../exit-code.ts';
import { withProgramLimitOptions } from '../options.ts';

const HELP = `
Reads the whole repository, runs its programs and checks the objects as a push does, but asks no
registry, cluster or database: it knows what the kubeconfig and the cache hold. What it cannot know (an
image that is not in the cache, a kind of which no cluster told) is a notice and no error.

Examples:
  sisyphus validate example/production
  sisyphus validate --output github          annotations at the lines of a pull request
  sisyphus validate --output json | jq 'select(.type == "problem")'`;

/** `sisyphus validate` */
export function addValidate(program: Command, exit: Exit): void {
  const command = program
    .command('validate')
    .description('check a repository offline')
    .argument('[directory]', 'the monitor directory')
    .option('--monitor-directory <path>', 'the monitor directory')
    .addOption(
      new Option('-o, --output <format>', 'json prints lines (docs/json-output.md)')
        .choices(['text', 'json', 'github'])
        .default('text'),
    );
  withProgramLimitOptions(command)
    .addHelpText('after', HELP)
    .action(async (directory: string | undefined, flags) => {
      const { validate } = await import('../house-commands.ts');
      exit(await validate({ ...flags, directory: directory ?? flags.monitorDirectory }));
    });
}
