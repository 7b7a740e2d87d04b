import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../version.ts';

const DESCRIPTION = `Deploys a repository of small YAML files to Kubernetes clusters: resolves config images,
runs their programs, shows what would change and applies it.`;

const EXAMPLES = `
Examples:
  sisyphus diff example/production           show what a push would change
  sisyphus push example/production           show it, ask, and apply it
  sisyphus push example/production --yes --cluster east --namespace shop
  sisyphus completion bash                   print a completion script

Environment:
  MONITOR_DIRECTORY    the directory, where no argument names it
  DATABASE_URL         sqlite:PATH; the default is DIRECTORY.sisyphus.db beside the directory
  KUBECONFIG           kubeconfig files, as for kubectl
  SISYPHUS_USERNAME    who pushes, for the history; the default is the login name
  SISYPHUS_USER_ID     that user's id, for the audit trail
  SISYPHUS_CACHE       where images and results of programs are kept
  NO_COLOR             no colours

Exit codes: 0 done or nothing to do, 1 failed, 2 wrong usage; 3 changes (diff --exit-code).`;

const PUSH_HELP = `
Shows the plan and asks before anything is written. Objects vanish from a cluster only when they
vanished from the repository, and secrets keep the values that somebody set in the cluster.

Examples:
  sisyphus push example/production
  sisyphus push --yes --output json > push.jsonl
  sisyphus push --kind Deployment --name frontend`;

const DIFF_HELP = `
Compares the repository with what was last applied, and writes nothing to the clusters.

Examples:
  sisyphus diff example/production
  sisyphus diff --exit-code && echo "nothing to push"
  sisyphus diff --group-by cluster --full`;

/**
 * Builds the command line. A command's code is loaded when it runs, so that help stays quick.
 *
 * @param args the arguments, to know whether completions are asked for
 * @param exit takes the exit code of the command that ran
 */
export async function createProgram(
  args: readonly string[],
  exit: (code: number) => void,
): Promise<Command> {
  const program = new Command('sisyphus')
    .description(DESCRIPTION)
    .version(version, '-V, --version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .showHelpAfterError('(run with --help for the flags and examples)')
    .exitOverride();

  withPlanOptions(program.command('push'))
    .description('apply the repository to the clusters')
    .option('-y, --yes', 'apply without asking')
    .addHelpText('after', PUSH_HELP)
    .action(async (directory: string | undefined, flags) => {
      const { push } = await import('./push.ts');
      exit(await push({ ...flags, directory: directory ?? flags.monitorDirectory }));
    });

  withPlanOptions(program.command('diff'))
    .description('show what a push would change')
    .option('--exit-code', 'exit with 3 when there are changes')
    .addHelpText('after', DIFF_HELP)
    .action(async (directory: string | undefined, flags) => {
      const { diff } = await import('./diff.ts');
      exit(await diff({ ...flags, directory: directory ?? flags.monitorDirectory }));
    });

  if (args[0] === 'completion' || args[0] === 'complete') {
    const { default: addCompletion } = await import('@bomb.sh/tab/commander');
    addCompletion(program, { completionCommandName: 'completion' });
  } else {
    program
      .command('completion <shell>')
      .description('print a completion script (bash, zsh, fish)');
  }
  return program;
}

/** The flags that every command has which makes a plan. */
function withPlanOptions(command: Command): Command {
  return command
    .argument('[directory]', 'the monitor directory')
    .option('--monitor-directory <path>', 'the same as the argument')
    .option('--database-url <url>', 'where what was applied is recorded')
    .option(
      '--api-version <version>',
      'only objects of this apiVersion (filters may be repeated)',
      collect,
    )
    .option('--cluster <context>', 'only objects in this cluster', collect)
    .option('--kind <kind>', 'only objects of this kind', collect)
    .option('--name <name>', 'only objects of this name', collect)
    .option('--namespace <namespace>', 'only objects in this namespace', collect)
    .option('--live', 'read the clusters first, and show drift')
    .option('--allow-mass-delete', "allow deleting more than half of a cluster's tracked objects")
    .option('--adopt-repository', 'let this database serve another monitor directory from now on')
    .addOption(
      new Option('--group-by <what>', 'how the plan is laid out')
        .choices(['object', 'cluster'])
        .default('object'),
    )
    .option('--full', 'show created and deleted objects completely')
    .addOption(
      new Option('-o, --output <format>', 'json prints one event a line (docs/json-output.md)')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--lock-timeout <duration>', 'wait for another command that writes, as 90s', duration)
    .option('--concurrency <n>', 'changes under way at once in a cluster', positiveInteger)
    .option('--starlark-steps <n>', 'limit of steps of a program', positiveInteger)
    .option('--starlark-memory <size>', 'limit of memory of a program, as 256Mi', memorySize)
    .option('--starlark-timeout <duration>', 'limit of time of a program, as 10s', duration);
}

/** Gathers the values of a flag that may be repeated. */
function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) {
    throw new InvalidArgumentError('expected a whole number above 0.');
  }
  return Number(text);
}

const MEMORY_UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

function memorySize(text: string): number {
  const match = /^([1-9][0-9]{0,9})(Ki|Mi|Gi)$/.exec(text);
  const unit = MEMORY_UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('expected a size such as 256Mi or 1Gi.');
  }
  return Number(match[1]) * unit;
}

const TIME_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Durations read like `30s`, `5m`, `2h`. @returns milliseconds */
function duration(text: string): number {
  const match = /^([1-9][0-9]{0,6})(ms|s|m|h)$/.exec(text);
  const unit = TIME_UNITS_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new InvalidArgumentError('expected a duration such as 30s, 5m or 2h.');
  }
  return Number(match[1]) * unit;
}
