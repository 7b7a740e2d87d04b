import { inject, onTestFinished } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../bed/faults.ts';
import type { TcpProxy } from '../../bed/tcp-proxy.ts';
import { type FaultyWay, openFaultyWay } from '../faulty-way.ts';
import { World } from '../world.ts';
import { openStore, type Store, type StoreKind } from './database.ts';
import { chooseInjection, describeInjection, type Injection, ruleFor } from './injection.ts';
import { checkInvariants } from './invariants.ts';
import { Random } from './random.ts';
import { Scenario } from './scenario.ts';

/** How a seed's run went. */
interface SeedReport {
  /** What was done, for whoever has to find out why it ended badly. */
  readonly story: string;
  /** Whether the trouble really came. */
  readonly struck: boolean;
}

/** Everything that one run stands on. */
interface Stage {
  readonly world: World;
  readonly way: FaultyWay;
  readonly registry: FaultProxy;
  readonly store: Store;
  /** The database as commands reach it, if that is over a network. */
  readonly databaseProxy: TcpProxy | undefined;
  readonly env: Record<string, string>;
}

/**
 * Brings one repository from a first to a second state through trouble that the seed chooses, lets the
 * next command finish, and checks the invariants.
 *
 * @throws Error with the story of the run
 */
export async function runSeed(seed: number, kinds: readonly StoreKind[]): Promise<SeedReport> {
  const random = new Random(seed);
  const story: string[] = [];
  try {
    const stage = await openStage(random.pick(kinds));
    story.push(`database: ${stage.store.name}`);
    const struck = await play(stage, random, story);
    return { story: story.join('\n'), struck };
  } catch (error) {
    const again = `run it again with CRASH_SEEDS=${seed} npx vitest run --project stories crash-matrix`;
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}: ${text}\n${story.join('\n')}\n${again}`, { cause: error });
  }
}

async function openStage(kind: StoreKind): Promise<Stage> {
  const world = await World.open();
  const way = await openFaultyWay(world);
  const registry = await startFaultProxy({ url: inject('bed').registryUrl });
  onTestFinished(() => registry.stop());
  const store = await openStore(kind, world);
  onTestFinished(() => store.remove());
  const env = {
    ...way.env,
    ...(store.url !== undefined && { DATABASE_URL: store.url }),
    XDG_STATE_HOME: world.root,
    // What hangs is given up soon.
    SISYPHUS_REQUEST_TIMEOUT: '3s',
  };
  return { world, way, registry, store, databaseProxy: store.proxy, env };
}

/** @returns whether the trouble came */
async function play(stage: Stage, random: Random, story: string[]): Promise<boolean> {
  const { world, way, registry, env } = stage;
  const scenario = new Scenario(world, registry.host);
  const output: string[] = [];
  const push = async (flags: readonly string[] = []) => {
    const { exitCode, stdout, stderr } = await world.run(['push', '--yes', ...flags], { env });
    output.push(stdout, stderr);
    if (exitCode !== 0) throw new Error(`a push ended with ${exitCode}\n${stdout}\n${stderr}`);
  };
  await scenario.writeBefore();
  await push();
  const begun = { east: way.east.seen.length, west: way.west.seen.length };
  await scenario.writeAfter();

  const flags = ['--concurrency', String(random.pick([1, 2, 8]))];
  const struck = await suffer(stage, ['push', '--yes', ...flags], random, story, output);
  const byHand = random.chance(0.3) ? await actByHand(stage, random, story) : undefined;
  let isRefreshed = false;
  if (random.chance(0.35)) {
    const command = random.pick([['push', '--yes'], ['refresh']]);
    await suffer(stage, command, random, story, output);
    isRefreshed = command[0] === 'refresh';
  }
  await push();
  const live = await world.run(['diff', '--live', '--exit-code'], { env });
  output.push(live.stdout, live.stderr);
  if (byHand !== undefined && !(isRefreshed && byHand.endsWithRefresh)) await byHand.check();
  await checkInvariants({
    world,
    store: stage.store,
    digests: scenario.digests,
    live,
    output,
    sent: {
      east: way.east.seen.slice(begun.east),
      west: way.west.seen.slice(begun.west),
    },
  });
  return struck;
}

/** Runs a command into trouble. @returns whether the trouble came */
async function suffer(
  stage: Stage,
  command: readonly string[],
  random: Random,
  story: string[],
  output: string[],
): Promise<boolean> {
  const places: Injection['place'][] = ['east', 'east', 'east', 'west', 'registry'];
  if (stage.databaseProxy !== undefined) places.push('database', 'database', 'database');
  const injection = chooseInjection(random, places);
  let struck = false;
  const child = stage.world.start(command, { env: stage.env });
  const kill = () => {
    struck = true;
    child.kill('SIGKILL');
  };
  const calm = arrange(stage, injection, kill);
  const { exitCode, signal, stdout, stderr } = await child;
  calm();
  output.push(String(stdout), String(stderr));
  story.push(
    `${command.join(' ')}: ${describeInjection(injection)}`,
    `  ended with ${signal ?? exitCode}`,
  );
  return struck || 'fault' in injection.what;
}

/** Lets an injection happen. @returns lets it not happen any more */
function arrange(stage: Stage, injection: Injection, kill: () => void): () => void {
  if (injection.place !== 'database') {
    const proxy = { ...stage.way, registry: stage.registry }[injection.place];
    return proxy.add(ruleFor(injection, kill));
  }
  let left = injection.skip;
  const { databaseProxy: proxy } = stage;
  const { what } = injection;
  proxy?.listen(() => {
    left -= 1;
    if (left !== -1 || !('kill' in what)) return true;
    if (what.kill === 'before') kill();
    else setTimeout(kill, what.delayMs);
    return what.kill !== 'before';
  });
  return () => proxy?.listen(() => true);
}

/** What a person did between two commands. */
interface ActByHand {
  /** Throws where it did not last. */
  check(): Promise<void>;
  /** A refresh tracks an object that was made anew, and then the next push may delete it. */
  readonly endsWithRefresh: boolean;
}

/** What a person does before the next command comes. */
async function actByHand({ world }: Stage, random: Random, story: string[]): Promise<ActByHand> {
  const namespace = ['-n', world.ns('shop')];
  if (random.chance(0.5)) {
    story.push('by hand: makes the deleted ConfigMap gone anew');
    await world.kubectl('east', [
      'delete',
      'configmap',
      'gone',
      '--ignore-not-found',
      ...namespace,
    ]);
    const made = ['create', 'configmap', 'gone', '--from-literal=by=hand', ...namespace];
    await world.kubectl('east', made);
    const check = async () => await expectField(world, 'configmap/gone', '.data.by', 'hand');
    return { check, endsWithRefresh: true };
  }
  story.push('by hand: sets a key of the Secret token');
  const value = Buffer.from('by hand').toString('base64');
  const patch = ['--type=merge', '-p', JSON.stringify({ data: { a: value } })];
  await world.kubectl('east', ['patch', 'secret', 'token', ...patch, ...namespace]);
  const check = async () => await expectField(world, 'secret/token', '.data.a', value);
  return { check, endsWithRefresh: false };
}

async function expectField(world: World, object: string, path: string, value: string) {
  const found = await world.field('east', object, path);
  if (found !== value) throw new Error(`${object} lost what was set by hand: ${path} is ${found}`);
}
