import { type Command, Option } from 'commander';
import type { RunConfigFlags } from '../app-run-config.ts';
import type { RunImageFlags } from '../app-run-image.ts';
import type { Exit } from '../exit-code.ts';
import { withProgramLimitOptions } from '../options.ts';
import type { CommandDefinition } from './definition.ts';

const VARIABLES = `
StringVariable("secret-token") reads SECRET_TOKEN, FileVariable("google-credentials", …) the path of a
file from GOOGLE_CREDENTIALS, and Port("http") reads PORT_HTTP where that is set. What follows -- are
further arguments. Signals, terminal and exit code are passed through.
`;

const RUN_CONFIG_HELP = `
Evaluates a Starlark file of this machine and runs the binary as its Application says.
${VARIABLES}
Examples:
  sisyphus app run-config --config echo/echo.star --binary bin/echo --namespace shop
  sisyphus app run-config --config echo/echo.star --binary bin/echo --watch
  sisyphus app run-config --config echo/echo.star --binary bin/echo --print
  sisyphus app run-config --config echo/echo.star --binary bin/echo -- --log-level debug`;

const RUN_IMAGE_HELP = `
Evaluates a config image and runs its binary image with Podman, or with Docker where Podman is missing.
Files are mounted where the program wants them, and every port is published under its own number.
${VARIABLES}
Examples:
  sisyphus app run-image --image registry.example/echo_config:latest --namespace shop
  sisyphus app run-image --image registry.example/echo_config:latest --print
  sisyphus app run-image --image registry.example/echo_config:latest -- --log-level debug`;

const APP_HELP = `
Examples:
  sisyphus app run-config --config echo/echo.star --binary bin/echo
  sisyphus app run-image --image registry.example/echo_config:latest`;

/** `sisyphus app …` */
export const appCommand: CommandDefinition = {
  usage: 'app',
  description: 'run a program on this machine, as it would run in a cluster',
  define(app, exit) {
    app.addHelpText('after', APP_HELP);
    addRunConfig(app, exit);
    addRunImage(app, exit);
  },
};

function addRunConfig(app: Command, exit: Exit): void {
  withPlaceOfProgram(app.command('run-config'))
    .description('run a binary as a program of this machine says')
    .requiredOption('--config <file>', 'the Starlark file that defines main')
    .requiredOption('--binary <file>', 'what to run')
    .option(
      '--config-root <folder>',
      'what // stands for in load statements (default: the current folder)',
    )
    .addOption(
      new Option('--watch', 'restart when the program or the binary changes').conflicts('print'),
    )
    .addHelpText('after', RUN_CONFIG_HELP)
    .action(async (args: string[], flags: RunConfigFlags) => {
      const { appRunConfig } = await import('../workbench-commands.ts');
      exit(await appRunConfig(args, flags));
    });
}

function addRunImage(app: Command, exit: Exit): void {
  withPlaceOfProgram(app.command('run-image'))
    .description('run the binary image of a config image')
    .requiredOption('--image <reference>', 'the config image')
    .addHelpText('after', RUN_IMAGE_HELP)
    .action(async (args: string[], flags: RunImageFlags) => {
      const { appRunImage } = await import('../workbench-commands.ts');
      exit(await appRunImage(args, flags));
    });
}

function withPlaceOfProgram(command: Command): Command {
  return withProgramLimitOptions(
    command
      .argument('[arguments...]', "after --: arguments behind the program's own")
      .option('--environment <name>', 'which values the program chooses', 'dev')
      .option('--namespace <name>', 'what ctx.namespace() gives')
      .option('--cluster <context>', 'what ctx.cluster() gives')
      .option('--print', 'print the command for a shell instead of running it'),
  );
}
