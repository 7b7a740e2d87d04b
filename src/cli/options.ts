import { type Command, Option } from 'commander';
import { collect, duration, memorySize, patience, positiveInteger } from './flag-values.ts';

/** The flags that say where the repository and the database are. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option('--monitor-directory <path>', 'the monitor directory')
    .option('--database-url <url>', 'where what was applied is recorded');
}

/** The flags that narrow what a command is about. */
export function withFilterOptions(command: Command): Command {
  return command
    .option(
      '--api-version <version>',
      'only objects of this apiVersion (filters may be repeated)',
      collect,
    )
    .option('--cluster <context>', 'only objects in this cluster', collect)
    .option('--kind <kind>', 'only objects of this kind', collect)
    .option('--name <name>', 'only objects of this name', collect)
    .option('--namespace <namespace>', 'only objects in this namespace', collect);
}

/** The flags of every command that prints changes. */
export function withViewOptions(command: Command): Command {
  return withOutputOption(
    command
      .addOption(
        new Option('--group-by <what>', 'how the plan is laid out')
          .choices(['object', 'cluster'])
          .default('object'),
      )
      .option('--full', 'show created and deleted objects completely'),
  );
}

/** The flag of every command that scripts may read. */
export function withOutputOption(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'json prints one event a line (docs/json-output.md)')
      .choices(['text', 'json'])
      .default('text'),
  );
}

/** The flag of every command that writes. */
export function withLockOption(command: Command): Command {
  return command.option(
    '--lock-timeout <duration>',
    'wait for another command that writes, as 90s; 0s for not at all, the default',
    patience,
  );
}

/** The limits of what runs at once and of programs. */
export function withLimitOptions(command: Command): Command {
  return withProgramLimitOptions(
    command.option(
      '--concurrency <n>',
      'changes under way at once in a cluster (default: 24)',
      positiveInteger,
    ),
  );
}

/** The limits of programs. */
export function withProgramLimitOptions(command: Command): Command {
  return command
    .option('--starlark-steps <n>', 'limit of steps of a program', positiveInteger)
    .option('--starlark-memory <size>', 'limit of memory of a program, as 256Mi', memorySize)
    .option('--starlark-timeout <duration>', 'limit of time of a program, as 10s', duration);
}

/** The flags that `push` and `diff` have. */
export function withPlanOptions(command: Command): Command {
  const placed = withPlaceOptions(command.argument('[directory]', 'the monitor directory'));
  const planned = withFilterOptions(placed)
    .option('--live', 'read the clusters first, and show drift')
    .option('--allow-mass-delete', "allow deleting more than half of a cluster's tracked objects")
    .option('--adopt-repository', 'let this database serve another monitor directory from now on');
  return withLimitOptions(withLockOption(withViewOptions(planned)));
}
