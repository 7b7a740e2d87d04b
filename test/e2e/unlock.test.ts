import { describe, expect, it } from 'vitest';
import { openFaultyWay } from './faulty-way.ts';
import { World } from './world.ts';

const CONFIG_MAP = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: a}
clusters: [east, west]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
`;

/** A world in which a push of cluster east waits for an answer and holds its lease. */
async function worldWithHolder() {
  const world = await World.open();
  await world.write({ '{ns}/index.yaml': CONFIG_MAP });
  const way = await openFaultyWay(world, [{ method: 'PATCH', path: /./, fault: { hang: true } }]);
  const ended = new AbortController();
  const push = world.run(['push', '--yes', '--cluster', 'east'], {
    env: way.env,
    cancelSignal: ended.signal,
    forceKillAfterDelay: 1,
  });
  await way.east.saw(({ method }) => method === 'PATCH');
  const [line = ''] = (await world.sisyphus('unlock', '--output', 'json')).split('\n');
  return {
    world,
    way,
    lease: JSON.parse(line),
    async end() {
      ended.abort();
      return await push;
    },
  };
}

describe('unlock', () => {
  it('lists who holds what, and says when nobody does', async () => {
    const { world, lease, end } = await worldWithHolder();
    expect(lease).toMatchObject({ type: 'lease', by: 'ada', clusters: ['east'], namespaces: [] });
    expect(await world.sisyphus('unlock')).toMatch(
      /^lease \d+: ada on .+ \(process \d+\) writes to cluster east since \S+Z, until \S+Z unless prolonged$/,
    );
    await end();
    await world.push();
    expect(await world.sisyphus('unlock')).toBe('Nobody holds a lease.');
  });

  it('is named by the error of a push that finds a lease held, and ends it', async () => {
    const { world, lease, end } = await worldWithHolder();
    const env = { MONITOR_DIRECTORY: '' };
    const push = ['push', world.directory, '--yes', '--lock-timeout', '0s'];
    const refused = await world.run(push, { env });
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(`ada on `);
    expect(refused.stderr).toContain(`(process ${lease.pid}) is at work on cluster east`);
    const [command = ''] = /sisyphus unlock .*--id \d+/.exec(refused.stderr) ?? [];
    const place = `--monitor-directory ${world.directory}`;
    expect(command).toBe(`sisyphus unlock ${place} --id ${lease.id}`);

    const pasted = [...command.split(' ').slice(1), '--yes'];
    expect(await world.run(pasted, { env })).toMatchObject({
      exitCode: 0,
      stdout:
        `Ended lease ${lease.id} of ada on ${lease.host}.\n` +
        'What that command had in flight is looked into by the next one that writes.',
    });
    const lost = await world.run(['unlock'], { env });
    expect(lost).toMatchObject({ exitCode: 2 });
    expect(lost.stderr).toContain('or only the database with --database-url or in DATABASE_URL');
    expect(await world.push('--lock-timeout', '1s')).toContain('created');
    await end();
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });

  it('asks before it ends a lease, and names one that there is not', async () => {
    const { world, lease, end } = await worldWithHolder();
    const unasked = await world.run(['unlock', '--id', lease.id]);
    expect(unasked).toMatchObject({ exitCode: 2, stdout: '' });
    expect(unasked.stderr).toContain('the lease was not ended');
    expect(unasked.stderr).toContain('writes to cluster east');
    for (const id of ['999', 'x']) {
      expect(await world.run(['unlock', '--yes', '--id', id])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(`there is no lease ${id}`),
      });
    }
    expect(await world.sisyphus('unlock')).toContain(`lease ${lease.id}: ada`);
    await end();
  });

  it('lets pushes of other clusters and namespaces run at the same time without being asked', async () => {
    const { world, end } = await worldWithHolder();
    expect(await world.push('--cluster', 'west')).toContain('Applied 2 changes');
    expect(await world.run(['push', '--yes', '--namespace', world.ns('shop')])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is at work on cluster east'),
    });
    await end();
  });
});
