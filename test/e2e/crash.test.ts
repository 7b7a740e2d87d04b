import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { sisyphusCommand } from '../bed/commands.ts';
import { configMaps } from './config-maps.ts';
import { openFaultyWay } from './faulty-way.ts';
import { World } from './world.ts';

const OBJECTS = 24;

/** Starts a push and kills it with SIGKILL when so many of its changes have begun. */
async function pushAndKill(world: World, afterStarted: number): Promise<void> {
  const [command = '', ...args] = sisyphusCommand;
  const push = execa(command, [...args, 'push', '--yes', '--output', 'json'], {
    env: { MONITOR_DIRECTORY: world.directory, ...world.env },
    extendEnv: false,
    reject: false,
  });
  let started = 0;
  for await (const line of push.iterable()) {
    if (JSON.parse(line).type === 'started') started += 1;
    if (started >= afterStarted) push.kill('SIGKILL');
  }
  await push;
}

describe('a push that is killed', () => {
  it('is finished by the next one, and the state agrees with the cluster', async () => {
    const world = await World.open();
    for (const [round, afterStarted] of [1, 5, 12, 25].entries()) {
      await world.write({ '{ns}/index.yaml': configMaps(`round ${round}`, OBJECTS) });
      await pushAndKill(world, afterStarted);
      await world.push();
      expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
      const list = [
        'get',
        'configmaps',
        '-n',
        world.ns('shop'),
        '-o',
        'jsonpath={.items[*].data.a}',
      ];
      const values = (await world.kubectl('east', list)).match(/round \d/g) ?? [];
      expect(values).toEqual(Array.from({ length: OBJECTS }, () => `round ${round}`));
    }
  });
});

describe('a push that is interrupted', () => {
  it('names a few of many that were not done, counts last, and is gone on with by the same command', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMaps('x', OBJECTS) });
    const rule = { method: 'PATCH', path: /configmaps/, times: 1 } as const;
    const call = () => push.kill('SIGINT');
    const way = await openFaultyWay(world, [{ ...rule, fault: { pass: true }, call }]);
    const args = ['push', '--yes', '--concurrency', '1'];
    const push = world.start(args, { env: way.env });
    const { exitCode, stdout, stderr } = await push;
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /\n {2}and \d+ more: interrupted\nApplied \d+ of 25 changes .*not done\.$/,
    );
    expect(String(stdout).match(/because interrupted/g)).toHaveLength(10);
    expect(stderr).toContain('the same command goes on from here');
    expect(await world.run(args)).toMatchObject({ exitCode: 0 });
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });
});

describe('a Namespace', () => {
  it('is known to be made by Sisyphus though the push that made it was killed or got no answer', async () => {
    for (const isKilled of [true, false]) {
      const world = await World.open();
      await world.write({
        'away-{id}/index.yaml': configMaps('x', 1),
        '{ns}/index.yaml': configMaps('x', 1),
      });
      const rule = { method: 'PATCH', path: /namespaces\/away-[^/]*\?/, times: 1 } as const;
      const call = () => isKilled && push.kill('SIGKILL');
      const fault = { reset: 'after' } as const;
      const way = await openFaultyWay(world, [{ ...rule, fault, call }]);
      const push = world.start(['push', '--yes'], { env: way.env });
      expect((await push).signal).toBe(isKilled ? 'SIGKILL' : undefined);
      await world.push();
      await world.remove('away-{id}');
      expect(await world.push('--allow-mass-delete')).not.toContain('did not create');
      const left = [
        'get',
        'namespaces',
        '-o',
        'jsonpath={.items[?(@.status.phase=="Active")].metadata.name}',
      ];
      expect(await world.kubectl('east', left)).not.toContain(world.ns('away'));
    }
  });
});

describe('two pushes at once', () => {
  it('do not write to the same: the second names the first and waits if it is told to', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMaps('x', OBJECTS) });
    const both = await Promise.all([
      world.run(['push', '--yes', '--lock-timeout', '30s']),
      world.run(['push', '--yes', '--lock-timeout', '30s']),
    ]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const ends = both.map(({ stdout }) => (stdout.includes('Nothing to do') ? 'nothing' : 'all'));
    expect(ends.sort()).toEqual(['all', 'nothing']);
  });
});
