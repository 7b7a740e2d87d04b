import { setImmediate } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { configMaps } from './config-maps.ts';
import { openFaultyWay } from './faulty-way.ts';
import { World } from './world.ts';

const OBJECTS = 12;

/** Leases of a process that is not heard of are free within seconds. */
const SHORT = { SISYPHUS_LEASE_DURATION: '2s', SISYPHUS_REQUEST_TIMEOUT: '2s' };

describe('a push that is frozen for longer than its lease lasts', () => {
  it.each([
    ['before an answer comes', { reset: 'after' }],
    ['after an answer came', { pass: true }],
  ] as const)('%s sends nothing more when it wakes up', async (_when, fault) => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMaps('old', OBJECTS) });
    await world.push();

    await world.write({ '{ns}/index.yaml': configMaps('of the frozen one', OBJECTS) });
    let freeze = () => {};
    const frozen = new Promise<void>((resolve) => {
      freeze = () => {
        push.kill('SIGSTOP');
        resolve();
      };
    });
    const way = await openFaultyWay(world, [
      {
        method: 'PATCH',
        path: /configmaps/,
        skip: 3,
        times: 1,
        fault,
        call: () => freeze(),
      },
    ]);
    const push = world.start(['push', '--yes', '--concurrency', '3'], {
      env: { ...way.env, ...SHORT },
    });
    await frozen;
    await leaveTransaction(world, push);

    await world.write({ '{ns}/index.yaml': configMaps('new', OBJECTS) });
    const second = await world.run(['push', '--yes', '--lock-timeout', '30s'], { env: SHORT });
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.stderr).toMatch(/looked into \d changes? of a command that was interrupted/);
    const before = { sent: way.east.seen.length, state: await stateOf(world) };

    push.kill('SIGCONT');
    const { exitCode, stdout } = await push;
    expect(exitCode).toBe(1);
    expect(String(stdout)).toMatch(/The lease \d+ was lost/);
    const late = way.east.seen.slice(before.sent).filter(({ method }) => method !== 'GET');
    expect(late).toEqual([]);
    expect(await stateOf(world)).toEqual(before.state);
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });
});

/**
 * Lets a frozen process go on for a moment until it is between two transactions: within one SQLite's own
 * lock keeps everybody else out for as long as the process lasts, lease or not.
 */
async function leaveTransaction(
  world: World,
  push: { kill(signal: 'SIGCONT' | 'SIGSTOP'): boolean },
): Promise<void> {
  while (isLocked(world.database)) {
    push.kill('SIGCONT');
    await setImmediate();
    push.kill('SIGSTOP');
  }
}

function isLocked(path: string): boolean {
  const file = new Sqlite(path, { timeout: 0 });
  try {
    file.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return true;
    throw error;
  } finally {
    file.close();
  }
}

/** What others can see of the database and of the cluster. */
async function stateOf(world: World) {
  const values = ['get', 'configmaps', '-n', world.ns('shop'), '-o', 'jsonpath={.items[*].data.a}'];
  return {
    leases: await world.sisyphus('unlock'),
    values: (await world.kubectl('east', values)).match(/new|old|of the frozen one/g),
  };
}
