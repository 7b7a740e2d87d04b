import { Command } from 'commander';
import { build } from '../version.ts';
import { addApp } from './commands/app.ts';
import { addConfig } from './commands/config.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addForget } from './commands/forget.ts';
import { addImport } from './commands/import.ts';
import { addInit } from './commands/init.ts';
import { addObject } from './commands/object.ts';
import { addPush } from './commands/push.ts';
import { addRefresh } from './commands/refresh.ts';
import { addSchema } from './commands/schema.ts';
import { addShow } from './commands/show.ts';
import { addUnlock } from './commands/unlock.ts';
import { addValidate } from './commands/validate.ts';
import { addVersion } from './commands/version.ts';
import type { Exit } from './exit-code.ts';
import { formatVersion } from './view/version-view.ts';

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

/**
 * Builds the command line. A command's code is loaded when it runs, so that help stays quick.
 *
 * @param args the arguments, to know whether completions are asked for
 * @param exit takes the exit code of the command that ran
 */
export async function createProgram(args: readonly string[], exit: Exit): Promise<Command> {
  const program = new Command('sisyphus')
    .description(DESCRIPTION)
    .version(formatVersion(build, process.versions.node), '-V, --version', 'print the version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for the flags and examples)')
    .exitOverride();

  addPush(program, exit);
  addDiff(program, exit);
  addShow(program, exit);
  addRefresh(program, exit);
  addObject(program, exit);
  addImport(program, exit);
  addForget(program, exit);
  addUnlock(program, exit);
  addApp(program, exit);
  addConfig(program, exit);
  addVersion(program, exit);
  addValidate(program, exit);
  addDoctor(program, exit);
  addSchema(program, exit);
  addInit(program, exit);

  if (args[0] === 'completion' || args[0] === 'complete') {
    const { default: addCompletion } = await import('@bomb.sh/tab/commander');
    addCompletion(program, { completionCommandName: 'completion' });
  } else {
    program
      .command('completion <shell>')
      .description('print a completion script (bash, zsh, fish, powershell)');
  }
  return program;
}
