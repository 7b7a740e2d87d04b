import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const PROGRAM = `
def main(ctx):
    return Application(
        args = ["--cluster", ctx.cluster(), "--color", "pink"],
        env = {"PORT": Port(name = "http")},
    )
`;

const deployment = (image: string, more = '') => `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config:
  env: prod
  image: ${image}
  service: {ports: {http: {number: 80}}}
footprint:
  east: {replicas: 2}
  west: {replicas: 1}
${more}`;

describe('a first push', () => {
  it('creates everything in every cluster, and right after it there is nothing to do', async () => {
    const world = await World.open();
    const { reference, digest } = await world.image('echo', PROGRAM);
    await world.write({ '{ns}/index.yaml': deployment(reference) });

    expect(await world.diff()).toContain('Plan: 6 to create');
    const pushed = await world.push();
    expect(pushed).toContain('Applied 6 changes in 2 clusters');

    for (const [cluster, replicas] of [
      ['east', 2],
      ['west', 1],
    ] as const) {
      expect(await world.get(cluster, 'deployment/echo')).toMatchObject({
        metadata: {
          annotations: { 'sisyphus.april.dev/config-image': expect.stringContaining(digest) },
        },
        spec: {
          replicas,
          template: {
            spec: { containers: [{ args: ['--cluster', cluster, '--color', 'pink'] }] },
          },
        },
      });
      expect(await world.field(cluster, 'service/echo', '.spec.ports[0].targetPort')).toBe('http');
    }
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
    expect(await world.push()).toContain('Nothing to do');
  });

  it('asks before it writes, and takes only a yes', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', PROGRAM);
    await world.write({ '{ns}/index.yaml': deployment(reference) });
    const refused = await world.run(['push']);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no terminal to ask on'),
    });
    expect(await world.get('east', 'deployment/echo')).toBeUndefined();
  });
});

describe('a later push', () => {
  it('shows and rolls out a newly pushed image', async () => {
    const world = await World.open();
    const { reference, digest } = await world.image('echo', PROGRAM);
    await world.write({ '{ns}/index.yaml': deployment(reference) });
    await world.push();
    const next = await world.image('echo', PROGRAM.replace('pink', 'blue'));

    const changed = await world.run(['diff', '--exit-code']);
    expect(changed.exitCode).toBe(3);
    expect(changed.stdout).toContain(digest);
    expect(changed.stdout).toContain(next.digest);
    expect(changed.stdout).toMatch(/- +- pink/);
    expect(changed.stdout).toMatch(/\+ +- blue/);

    await world.push();
    const args = await world.field(
      'west',
      'deployment/echo',
      '.spec.template.spec.containers[0].args',
    );
    expect(args).toContain('blue');
  });

  it('removes what vanished from the repository, and the namespace with the last of it', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', PROGRAM);
    await world.write({
      '{ns}/index.yaml': deployment(reference),
      [`${world.ns('jobs')}/index.yaml`]: `
apiVersion: sisyphus/v1
kind: CronJob
metadata: {name: cleanup}
config: {env: prod, image: '${reference}', schedule: '0 2 * * *'}
footprint: {east: {}}
`,
    });
    await world.push();
    await world.remove(world.ns('jobs'));
    expect(await world.diff()).toContain('2 to delete');
    await world.push();
    const phase = await world.kubectl('east', [
      ...[
        'get',
        'namespace',
        world.ns('jobs'),
        '--ignore-not-found',
        '-o',
        'jsonpath={.status.phase}',
      ],
    ]);
    expect(['', 'Terminating']).toContain(phase);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('gives a field that is no longer set back to its default', async () => {
    const world = await World.open();
    const yaml = (selector: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: plain}
clusters: [east]
objects:
  - apiVersion: v1
    kind: Service
    metadata: {name: plain, labels: {a: b}}
    spec:
      ${selector}
      ports: [{port: 80}]
`;
    await world.write({ '{ns}/index.yaml': yaml('sessionAffinity: ClientIP') });
    await world.push();
    await world.write({ '{ns}/index.yaml': yaml('selector: {app: x}') });
    expect(await world.diff()).toContain('    - sessionAffinity: ClientIP');
    await world.push();
    expect(await world.field('east', 'service/plain', '.spec.sessionAffinity')).toBe('None');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });
});
