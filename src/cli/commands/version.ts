import { withOutputOption } from '../options.ts';
import type { ReportFlags } from '../report.ts';
import type { CommandDefinition } from './definition.ts';

const HELP = `
The same as sisyphus --version, and as JSON for scripts.

Examples:
  sisyphus version
  sisyphus version --output json | jq -r 'select(.type == "version") | .commit'`;

/** `sisyphus version` */
export const versionCommand: CommandDefinition = {
  usage: 'version [options]',
  description: 'print the version, the commit and the Kubernetes client',
  define(command, exit) {
    withOutputOption(command)
      .addHelpText('after', HELP)
      .action(async (flags: ReportFlags) => {
        const { showVersion } = await import('../version.ts');
        exit(await showVersion(flags));
      });
  },
};
