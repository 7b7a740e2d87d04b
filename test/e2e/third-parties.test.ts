import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const workload = (spec: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: web}
clusters: [east]
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      ${spec}
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: registry.example/web:1
              env: [{name: A, value: a}]
              resources: {requests: {cpu: 1000m}}
`;

describe('what others change', () => {
  it('makes no noise in a plan, and stays when Sisyphus never set it', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': workload('replicas: 2') });
    await world.push();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['annotate', 'deployment/web', 'note=theirs', ...ns]);
    await world.kubectl('east', ['label', 'deployment/web', 'team=theirs', ...ns]);
    await world.kubectl('east', ['set', 'env', 'deployment/web', 'B=b', ...ns]);
    await world.kubectl('east', ['scale', 'deployment/web', '--replicas=5', ...ns]);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');

    await world.write({ '{ns}/index.yaml': workload('replicas: 2').replace('web:1', 'web:2') });
    const diff = await world.diff();
    expect(diff).toContain('web:2');
    expect(diff).not.toMatch(/theirs|managedFields|status|replicas/);
    const pushed = await world.push();
    expect(pushed).toContain('kubectl');
    expect(await world.field('east', 'deployment/web', '.metadata.annotations.note')).toBe(
      'theirs',
    );
    expect(await world.field('east', 'deployment/web', '.metadata.labels.team')).toBe('theirs');
    const env = await world.field(
      'east',
      'deployment/web',
      '.spec.template.spec.containers[0].env',
    );
    expect(JSON.parse(env)).toEqual([
      { name: 'A', value: 'a' },
      { name: 'B', value: 'b' },
    ]);
    expect(await world.field('east', 'deployment/web', '.spec.replicas')).toBe('2');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('leaves the number of replicas to an autoscaler when the repository drops it', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': workload('replicas: 4') });
    await world.push();
    await world.write({ '{ns}/index.yaml': workload('minReadySeconds: 1') });
    expect(await world.diff()).toContain('spec.replicas');
    await world.push();
    expect(await world.field('east', 'deployment/web', '.spec.replicas')).toBe('4');

    const scale = ['scale', 'deployment/web', '--replicas=7', '-n', world.ns('shop')];
    await world.kubectl('east', scale);
    await world.write({ '{ns}/index.yaml': workload('minReadySeconds: 2') });
    await world.push();
    expect(await world.field('east', 'deployment/web', '.spec.replicas')).toBe('7');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('shows no difference for what the server rewrites', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': workload('replicas: 1\n      strategy: {}') });
    await world.push();
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('shows as drift with --live, and is put right', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': workload('replicas: 2') });
    await world.push();
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');

    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['scale', 'deployment/web', '--replicas=5', ...ns]);
    await world.kubectl('east', ['label', 'deployment/web', 'team=theirs', ...ns]);
    const drift = await world.diff('--live');
    expect(drift).toMatch(/- +replicas: 5\n.*\+ +replicas: 2/);
    expect(drift).toContain('takes spec.replicas from kubectl');
    expect(drift).not.toContain('theirs');
    await world.push('--live');
    expect(await world.field('east', 'deployment/web', '.spec.replicas')).toBe('2');

    await world.kubectl('east', ['delete', 'deployment/web', ...ns]);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
    expect(await world.diff('--live')).toContain('somebody deleted it');
    await world.push('--live');
    expect(await world.field('east', 'deployment/web', '.spec.replicas')).toBe('2');
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });
});
