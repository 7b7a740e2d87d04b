import { type Command, Option } from 'commander';
import type { ConfigBuildFlags } from '../config-build.ts';
import type { ConfigEvalFlags } from '../config-eval.ts';
import type { ConfigInspectFlags } from '../config-inspect.ts';
import type { ConfigPushFlags } from '../config-push.ts';
import type { ConfigTestFlags } from '../config-test.ts';
import type { Exit } from '../exit-code.ts';
import { collect } from '../flag-values.ts';
import { withOutputOption, withProgramLimitOptions } from '../options.ts';
import {
  BUILD_HELP,
  CONFIG_HELP,
  EVAL_HELP,
  INSPECT_HELP,
  PUSH_HELP,
  TEST_HELP,
} from './config-help.ts';
import type { CommandDefinition } from './definition.ts';

/** `sisyphus config …` */
export const configCommand: CommandDefinition = {
  usage: 'config',
  description: 'build, push and look at config images, and try programs',
  define(config, exit) {
    config.addHelpText('after', CONFIG_HELP);
    addBuild(config, exit);
    addPush(config, exit);
    addInspect(config, exit);
    addEval(config, exit);
    addTest(config, exit);
  },
};

function addBuild(config: Command, exit: Exit): void {
  withBuildOptions(config.command('build'))
    .description('make a config image of a program')
    .argument('[folder]', 'what // stands for in load statements')
    .option('--file <path=file>', 'a file of the program, in place of the folder', collect)
    .option('--files-from <file>', 'a list of such files, one on each line')
    .requiredOption('-o, --output <path>', 'where to: an OCI layout as a folder, or as NAME.tar')
    .addHelpText('after', BUILD_HELP)
    .action(async (directory: string | undefined, flags: ConfigBuildFlags) => {
      const { configBuild } = await import('../workbench-commands.ts');
      exit(await configBuild({ ...flags, ...(directory !== undefined && { directory }) }));
    });
}

function addPush(config: Command, exit: Exit): void {
  withOutputOption(withBuildOptions(config.command('push')))
    .description('push a config image that was built, or build and push it')
    .argument('<source>', 'what config build wrote, or the folder to build from')
    .argument('<repositories...>', 'where to, with or without a tag')
    .option('-t, --tag <tag>', 'one more tag (may be repeated)', collect)
    .addHelpText('after', PUSH_HELP)
    .action(async (source: string, repositories: string[], flags: ConfigPushFlags) => {
      const { configPush } = await import('../workbench-commands.ts');
      exit(await configPush(source, repositories, flags));
    });
}

function addInspect(config: Command, exit: Exit): void {
  withOutputOption(config.command('inspect'))
    .description('show what a config image holds')
    .argument('<image>', 'a reference, or what config build wrote')
    .option('--file <path>', 'print this file of it')
    .addHelpText('after', INSPECT_HELP)
    .action(async (image: string, flags: ConfigInspectFlags) => {
      const { configInspect } = await import('../workbench-commands.ts');
      exit(await configInspect(image, flags));
    });
}

function addEval(config: Command, exit: Exit): void {
  withOutputOption(withProgramLimitOptions(config.command('eval')))
    .description('show what a program makes of an environment, without a cluster')
    .argument('<program>', 'a Starlark file, a folder, what config build wrote, or a reference')
    .option(
      '--environment <name>',
      'what it is evaluated for, default dev (may be repeated)',
      collect,
    )
    .option('--cluster <context>', 'what ctx.cluster() gives')
    .option('--namespace <name>', 'what ctx.namespace() gives')
    .option('--name <name>', 'what ctx.name() gives, default local-app')
    .addOption(
      new Option('--as <workload>', 'show the manifest of').choices(['deployment', 'cronjob']),
    )
    .option('--matrix', 'evaluate every environment that it tells apart, and show what differs')
    .option('--config-root <folder>', 'for a file: what // stands for in load statements', '.')
    .option('--entrypoint <path>', 'for a folder: the file that defines main')
    .addHelpText('after', EVAL_HELP)
    .action(async (program: string, flags: ConfigEvalFlags) => {
      const { configEval } = await import('../workbench-commands.ts');
      exit(await configEval(program, flags));
    });
}

function addTest(config: Command, exit: Exit): void {
  withOutputOption(withProgramLimitOptions(config.command('test')))
    .description('run the tests of programs')
    .argument('[path]', 'a folder with files …_test.star, or one of them', '.')
    .option('--config-root <folder>', 'what // stands for in load statements', '.')
    .option('--update', 'write the golden manifests that differ')
    .option('--junit <file>', 'write a report in JUnit XML, too')
    .addHelpText('after', TEST_HELP)
    .action(async (path: string, flags: ConfigTestFlags) => {
      const { configTest } = await import('../workbench-commands.ts');
      exit(await configTest(path, flags));
    });
}

/** The flags that say what a config image is made of. */
function withBuildOptions(command: Command): Command {
  return withProgramLimitOptions(
    command
      .option('--entrypoint <path>', 'the file that defines main, from the root of the program')
      .option('--binary <image>', 'the binary image, as REPOSITORY@DIGEST or REPOSITORY:TAG')
      .option('--binary-repository <repository>', 'the same in two parts: its repository, and')
      .option('--binary-digest-file <file>', '  a file that holds its digest,')
      .option('--binary-layout <path>', '  or an OCI layout of it')
      .option(
        '--platform <os/arch>',
        'a platform to list, default linux/amd64,linux/arm64',
        collect,
      ),
  );
}
