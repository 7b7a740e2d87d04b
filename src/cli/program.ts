import { Command } from 'commander';
import { versionText } from '../version.ts';
import { appCommand } from './commands/app.ts';
import { configCommand } from './commands/config.ts';
import type { CommandDefinition } from './commands/definition.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { forgetCommand } from './commands/forget.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { objectCommand } from './commands/object.ts';
import { pushCommand } from './commands/push.ts';
import { refreshCommand } from './commands/refresh.ts';
import { schemaCommand } from './commands/schema.ts';
import { showCommand } from './commands/show.ts';
import { unlockCommand } from './commands/unlock.ts';
import { validateCommand } from './commands/validate.ts';
import { versionCommand } from './commands/version.ts';
import type { Exit } from './exit-code.ts';

const DESCRIPTION = `Deploys a repository of small YAML files to Kubernetes clusters: resolves config images,
runs their programs, shows what would change and applies it.`;

const EXAMPLES = `
Examples:
  sisyphus init shop                         write a first repository and program
  sisyphus diff example/production           show what a push would change
  sisyphus push example/production           show it, ask, and apply it
  sisyphus push example/production --yes --cluster east --namespace shop
  sisyphus refresh example/production        record what others changed in the clusters
  sisyphus object history --kind Deployment --namespace shop --name echo
  sisyphus app run-config --config echo/echo.star --binary bin/echo
  sisyphus completion bash                   print a completion script

Environment:
  MONITOR_DIRECTORY    the directory, where no argument names it
  DATABASE_URL         sqlite:PATH, postgres://… or mysql://…; by default DIRECTORY.sisyphus.db
  KUBECONFIG           kubeconfig files, as for kubectl
  SISYPHUS_USERNAME    who pushes, for the history; the default is the login name
  SISYPHUS_USER_ID     that user's id, for the audit trail
  SISYPHUS_CACHE       where images and results of programs are kept
  NO_COLOR             no colours

Exit codes: 0 done or nothing to do, 1 failed, 2 wrong usage; 3 changes (diff --exit-code).`;

/** In the order of the help. */
const COMMANDS: readonly CommandDefinition[] = [
  ...[pushCommand, diffCommand, showCommand, refreshCommand, objectCommand],
  ...[importCommand, forgetCommand, unlockCommand, appCommand, configCommand, versionCommand],
  ...[validateCommand, doctorCommand, schemaCommand, initCommand],
];

/**
 * Builds the command line. Only commands that the arguments name are there in full, and a command's code is
 * loaded when it runs, so that the start stays quick.
 *
 * @param args the arguments
 * @param exit takes the exit code of the command that ran
 */
export async function createProgram(args: readonly string[], exit: Exit): Promise<Command> {
  const program = new Command('sisyphus')
    .description(DESCRIPTION)
    .version(versionText, '-V, --version', 'print the version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for the flags and examples)')
    .exitOverride();

  const completes = args[0] === 'completion' || args[0] === 'complete';
  for (const { usage, description, define } of COMMANDS) {
    const [name = ''] = usage.split(' ');
    if (completes || args.includes(name)) {
      define(program.command(name).description(description), exit);
    } else {
      program.command(usage).description(description);
    }
  }

  if (completes) {
    const { addCompletion } = await import('./completion.ts');
    addCompletion(program);
  } else {
    program
      .command('completion <shell>')
      .description('print a completion script (bash, zsh, fish, powershell)');
  }
  return program;
}
