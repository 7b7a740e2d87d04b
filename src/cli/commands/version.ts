import type { Command } from 'commander';
import type { Exit } from '../exit-code.ts';
import { withOutputOption } from '../options.ts';
import type { ReportFlags } from '../report.ts';

const HELP = `
The same as sisyphus --version, and as JSON for scripts.

Examples:
  sisyphus version
  sisyphus version --output json | jq -r 'select(.type == "version") | .commit'`;

/** `sisyphus version` */
export function addVersion(program: Command, exit: Exit): void {
  withOutputOption(program.command('version'))
    .description('print the version, the commit and the Kubernetes client')
    .addHelpText('after', HELP)
    .action(async (flags: ReportFlags) => {
      const { showVersion } = await import('../version.ts');
      exit(await showVersion(flags));
    });
}
