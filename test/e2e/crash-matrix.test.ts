import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StoreKind, startServers } from './crash-matrix/database.ts';
import { runSeed } from './crash-matrix/run.ts';

/** A run starts five or six commands. */
const SEED_TIMEOUT_MS = 180_000;

/** `CRASH_SEEDS=7,12` runs these; else `CRASH_RUNS=200` as many from 1 on. */
const { CRASH_SEEDS = '', CRASH_RUNS = '30' } = process.env;
const seeds =
  CRASH_SEEDS === ''
    ? Array.from({ length: Number(CRASH_RUNS) }, (_, i) => i + 1)
    : CRASH_SEEDS.split(',').map(Number);

let struck = 0;
let servers: Awaited<ReturnType<typeof startServers>>;

beforeAll(async () => {
  servers = await startServers();
});

afterAll(async () => {
  await servers?.stop();
  // Where little of the chosen trouble comes, these tests prove little.
  if (seeds.length >= 30) expect(struck).toBeGreaterThanOrEqual(seeds.length * 0.6);
});

/** Mostly files: servers are slower to set up for each run. */
const kindsOf = (kinds: readonly StoreKind[]): StoreKind[] =>
  kinds.flatMap((kind) => Array.from({ length: kind.name === 'sqlite' ? 5 : 1 }, () => kind));

describe('after trouble at any moment, the next push leaves everything as it should be', () => {
  it.each(seeds)(
    'whatever seed %i chooses',
    async (seed) => {
      const report = await runSeed(seed, kindsOf(servers.kinds));
      if (process.env.CRASH_SEEDS !== undefined) process.stderr.write(`${report.story}\n`);
      if (report.struck) struck += 1;
    },
    SEED_TIMEOUT_MS,
  );
});
