import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { pushImage } from '../bed/oci.ts';
import { World } from './world.ts';

const EXAMPLE = join(import.meta.dirname, '../../example');
const ENTRY = ['--entrypoint', 'example/echo/echo.star'];

/** A world with the example's programs in it. */
async function openWorld(): Promise<{ world: World; folder: string; host: string; url: string }> {
  const world = await World.open();
  const folder = join(world.directory, '..');
  await cp(EXAMPLE, join(folder, 'example'), { recursive: true });
  const url = inject('bed').registryUrl;
  return { world, folder, host: new URL(url).host, url };
}

describe('config', () => {
  it('builds an image, twice the same, pushes it, and a push deploys it', async () => {
    const { world, folder, host, url } = await openWorld();
    const binary = { repository: `${world.id}/echo`, tag: 'v1', layers: [{ echo: 'binary' }] };
    const { digest } = await pushImage({ url }, binary);
    const other = join(folder, 'elsewhere');
    await cp(join(folder, 'example'), join(other, 'example'), { recursive: true });

    const ofTag = ['--binary', `${url}/${world.id}/echo:v1`];
    const ofDigest = ['--binary', `${host}/${world.id}/echo@${digest}`];
    const first = await world.sisyphus('config', 'build', '.', ...ENTRY, ...ofTag, '-o', 'a.tar');
    const second = await world.sisyphus('config', 'build', other, ...ENTRY, ...ofDigest, '-o', 'b');
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second).toBe(first);

    const repository = `${url}/${world.id}/echo_config`;
    const pushed = await world.sisyphus('config', 'push', 'a.tar', repository, '--tag', 'latest');
    expect(pushed).toBe(`${host}/${world.id}/echo_config@${first}`);
    const again = await world.run(['config', 'push', 'b', repository, '-o', 'json']);
    expect(JSON.parse(again.stdout.split('\n')[0] ?? '')).toMatchObject({
      type: 'pushed',
      reference: pushed,
      tags: ['latest'],
      blobs: { there: 3, mounted: 0, sent: 0 },
    });

    const inspected = await world.sisyphus('config', 'inspect', `${repository}:latest`);
    expect(inspected).toContain(
      `image       ${pushed}\nbinary      ${host}/${world.id}/echo@${digest}`,
    );
    expect(inspected).not.toContain('echo_test.star');
    await world.write({
      '{ns}/index.yaml': `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config:
  env: prod
  image: ${repository}
  variables: {report-token: {secretKeyRef: {name: report, key: token}}}
footprint: {east: {replicas: 0}}
`,
    });
    await world.push();
    const image = '.spec.template.spec.containers[0].image';
    expect(await world.field('east', 'deployment/echo', image)).toBe(
      `${host}/${world.id}/echo@${digest}`,
    );
  });

  it('evaluates a program for every environment, without cluster or database', async () => {
    const { world } = await openWorld();
    const env = { KUBECONFIG: '/nowhere', MONITOR_DIRECTORY: '' };
    const args = ['config', 'eval', 'example/echo/echo.star', '--namespace', 'shop', '--matrix'];
    const { exitCode, stdout } = await world.run(args, { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('dev → prod');
    expect(stdout).toContain('\n- - Good morning\n+ - Hello\n');
    expect(await world.run(args.slice(0, 3), { env })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ctx.namespace() has no value here'),
    });
  });

  it("runs the example's tests, and fails with those that fail", async () => {
    const { world, folder } = await openWorld();
    const passed = await world.sisyphus('config', 'test', 'example', '--junit', 'report.xml');
    expect(passed).toMatch(/\n\n4 passed, 0 failed$/);
    await mkdir(join(folder, 'more'));
    await writeFile(join(folder, 'more/a_test.star'), 'def test_a():\n    assert.eq(1, 2)\n');
    expect(await world.run(['config', 'test', 'more'])).toMatchObject({
      exitCode: 1,
      stdout:
        'FAIL  more/a_test.star:1 test_a\n      more/a_test.star:2:5: assert.eq: the values differ\n        1\n        2\n      Traceback (most recent call last):\n        more/a_test.star:2:5, in test_a\n          assert.eq(1, 2)\n\n0 passed, 1 failed',
    });
  });

  it('says what is wrong with a command line', async () => {
    const { world } = await openWorld();
    expect(await world.run(['config', 'build', '.', ...ENTRY, '-o', 'x'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--binary REPOSITORY@DIGEST'),
    });
    expect(await world.run(['config', 'build', '.'])).toMatchObject({ exitCode: 2 });
    const binary = ['--binary', 'http://127.0.0.1:1/nope:latest'];
    const nowhere = ['config', 'build', '.', ...ENTRY, ...binary, '--output', 'x'];
    expect(await world.run(nowhere)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('image http://127.0.0.1:1/nope:latest was not found out: '),
    });
    expect(await world.run(['config', 'inspect', 'example'])).toMatchObject({ exitCode: 2 });
  });
});
