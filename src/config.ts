import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { parseDuration } from './model/duration.ts';
import { UsageError } from './model/errors.ts';
import type { ObjectFilter } from './plan/filter.ts';
import type { Selection } from './plan/selection.ts';
import type { SavedPlan } from './plan-file/saved-plan.ts';
import type { Actor } from './state/port.ts';

/** Flags of every command that runs programs. */
export interface ProgramFlags {
  readonly starlarkSteps?: number;
  readonly starlarkMemory?: number;
  readonly starlarkTimeout?: number;
}

/** Flags of the commands that plan, as the command line parser gives them. */
export interface PlanFlags extends ProgramFlags {
  readonly directory?: string;
  readonly databaseUrl?: string;
  readonly adoptRepository?: boolean;
  readonly allowMassDelete?: boolean;
  readonly live?: boolean;
  readonly apiVersion?: readonly string[];
  readonly cluster?: readonly string[];
  readonly kind?: readonly string[];
  readonly name?: readonly string[];
  readonly namespace?: readonly string[];
  readonly only?: Selection;
  /** The file of a saved plan, and what it holds. */
  readonly plan?: string;
  readonly savedPlan?: SavedPlan;
  readonly concurrency?: number;
  readonly lockTimeout?: number;
}

/** The environment variables that mean something to this program. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What every command that runs programs needs to know. */
export interface ProgramConfig {
  readonly cacheDirectory: string;
  readonly starlark: {
    readonly steps?: number;
    readonly memoryBytes?: number;
    readonly timeoutMs?: number;
  };
}

/** Everything a command that plans needs to know, from flags, environment and defaults. */
export interface Config extends ProgramConfig {
  /** The monitor directory, absolute; undefined where a command can do without. */
  readonly monitorDirectory?: string;
  /** Undefined for the default file beside the monitor directory. */
  readonly databaseUrl?: string;
  /** The value of KUBECONFIG. */
  readonly kubeconfig?: string;
  readonly actor: Actor;
  readonly filter: ObjectFilter;
  /** The one declaration to plan for, instead of the whole repository. */
  readonly only?: Selection;
  /** The plan to apply, instead of making one. */
  readonly savedPlan?: SavedPlan;
  readonly adoptRepository: boolean;
  readonly allowMassDelete: boolean;
  /** Plans against what the clusters hold now, not only against what was last applied. */
  readonly live: boolean;
  /** How long to wait for another command that writes to the same. */
  readonly lockTimeoutMs: number;
  /** How long a lease lasts once its holder is not heard of any more, where not as usual. */
  readonly leaseMs?: number;
  /** How long one request to a cluster may take, where not as usual. */
  readonly requestTimeoutMs?: number;
  /** How many changes of one cluster are under way at once. */
  readonly concurrencyPerCluster: number;
}

/** Three for each connection (`openHouse`); an API server makes no use of more than eight of those. */
const DEFAULT_CONCURRENCY = 24;

/** What a command cannot do without: a repository, or only a database, wherever that is. */
export type Needs = 'repository' | 'database' | 'nothing';

/**
 * Reads the configuration; a flag wins over its environment variable.
 *
 * @throws UsageError where the monitor directory is needed and not given, or a variable makes no sense
 */
export function readConfig(flags: PlanFlags, env: Environment, needs: Needs): Config {
  const { savedPlan } = flags;
  const named = flags.directory ?? nonEmpty(env.MONITOR_DIRECTORY);
  const directory = named ?? savedPlan?.repository.directory;
  const databaseUrl = flags.databaseUrl ?? nonEmpty(env.DATABASE_URL);
  // The default database is the one beside the directory.
  if (needs === 'repository' || (needs === 'database' && databaseUrl === undefined)) {
    monitorDirectoryOf({ monitorDirectory: directory }, needs);
  }
  const kubeconfig = nonEmpty(env.KUBECONFIG);
  const leaseMs = durationIn(env, 'SISYPHUS_LEASE_DURATION');
  const requestTimeoutMs = durationIn(env, 'SISYPHUS_REQUEST_TIMEOUT');
  return {
    ...(directory === undefined ? {} : { monitorDirectory: resolve(directory) }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...readProgramConfig(flags, env),
    actor: readActor(env),
    filter: savedPlan?.filter ?? {
      apiVersion: flags.apiVersion ?? [],
      cluster: flags.cluster ?? [],
      kind: flags.kind ?? [],
      name: flags.name ?? [],
      namespace: flags.namespace ?? [],
    },
    ...(flags.only === undefined ? {} : { only: flags.only }),
    ...(savedPlan === undefined ? {} : { savedPlan }),
    adoptRepository: flags.adoptRepository ?? false,
    allowMassDelete: flags.allowMassDelete ?? false,
    live: flags.live ?? false,
    lockTimeoutMs: flags.lockTimeout ?? 0,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    concurrencyPerCluster: flags.concurrency ?? DEFAULT_CONCURRENCY,
  };
}

/** Reads what is needed to run programs: neither repository nor database. */
export function readProgramConfig(flags: ProgramFlags, env: Environment): ProgramConfig {
  return {
    cacheDirectory: nonEmpty(env.SISYPHUS_CACHE) ?? envPaths('sisyphus', { suffix: '' }).cache,
    starlark: {
      ...(flags.starlarkSteps === undefined ? {} : { steps: flags.starlarkSteps }),
      ...(flags.starlarkMemory === undefined ? {} : { memoryBytes: flags.starlarkMemory }),
      ...(flags.starlarkTimeout === undefined ? {} : { timeoutMs: flags.starlarkTimeout }),
    },
  };
}

/** @throws UsageError where no monitor directory was given */
export function monitorDirectoryOf(
  { monitorDirectory }: Pick<Config, 'monitorDirectory'>,
  needs: Needs = 'repository',
): string {
  if (monitorDirectory !== undefined) return monitorDirectory;
  const byName = 'name it with --monitor-directory or in MONITOR_DIRECTORY';
  const otherwise =
    needs === 'database'
      ? ', or only the database with --database-url or in DATABASE_URL'
      : '; push, diff and refresh take it as the argument, too';
  throw new UsageError('no monitor directory is given', {
    code: 'no-monitor-directory',
    hint: `${byName}${otherwise}`,
  });
}

function readActor(env: Environment): Actor {
  const userId = nonEmpty(env.SISYPHUS_USER_ID);
  return {
    username: nonEmpty(env.SISYPHUS_USERNAME) ?? loginName(),
    ...(userId === undefined ? {} : { userId }),
  };
}

/** A container may run as a uid that has no name. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

const SHORTEST_MS = 1_000;

/** @throws UsageError `invalid-environment` */
function durationIn(env: Environment, name: string): number | undefined {
  const text = nonEmpty(env[name]);
  if (text === undefined) return undefined;
  const durationMs = parseDuration(text);
  if (durationMs !== undefined && durationMs >= SHORTEST_MS) return durationMs;
  throw new UsageError(`${name} is "${text}"`, {
    code: 'invalid-environment',
    hint: 'set it to a duration of a second or more, such as 30s, 5m or 2h, or not at all',
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
