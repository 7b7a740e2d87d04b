import { describe, expect, it } from 'vitest';
import { deadCluster } from './dead-cluster.ts';
import { World } from './world.ts';

const workload = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: web}
clusters: [east, west]
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: registry.example/web:1
              env: [{name: A, value: a}]
              resources: {requests: {cpu: 1000m}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {color: pink}}
`;

const secret = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: tokens}
clusters: [east]
objects:
  - {apiVersion: v1, kind: Secret, metadata: {name: tokens}, stringData: {a: replace-me, b: replace-me}}
`;

/** A world in which the workload runs in both clusters. */
async function deployed(): Promise<World> {
  const world = await World.open();
  await world.write({ '{ns}/index.yaml': workload });
  await world.push();
  return world;
}

describe('refresh', () => {
  it('finds no drift after a push, however much the clusters filled in', async () => {
    const world = await deployed();
    expect(await world.refresh()).toBe('No drift: 6 objects in 2 clusters are as they were left.');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('shows what others changed in what Sisyphus set, records it, and lets the next push mend it', async () => {
    const world = await deployed();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['scale', 'deployment/web', '--replicas=5', ...ns]);
    await world.kubectl('east', ['label', 'deployment/web', 'team=theirs', ...ns]);
    await world.kubectl('east', ['set', 'env', 'deployment/web', 'B=b', ...ns]);
    await world.kubectl('west', ['delete', 'configmap/settings', ...ns]);

    const drift = await world.refresh();
    expect(drift).toContain(`~ Deployment ${world.ns('shop')}/web  east\n`);
    expect(drift).toMatch(/- +replicas: 2\n.*\+ +replicas: 5/);
    expect(drift).toContain('spec.replicas set by kubectl');
    expect(drift).toContain(`- ConfigMap ${world.ns('shop')}/settings  west\n    gone`);
    expect(drift).not.toMatch(/theirs|name: B/);
    expect(drift).toMatch(/1 object drifted, 1 is gone; recorded\.$/);
    expect(await world.refresh()).toContain('No drift: 5 objects in 2 clusters');

    const diff = await world.diff();
    expect(diff).toMatch(/- +replicas: 5\n.*\+ +replicas: 2/);
    expect(diff).toContain('Plan: 1 to create, 1 to update (in 2 clusters)');
    expect(diff).not.toContain('cpu');
    await world.push();
    expect(await world.field('east', 'deployment/web', '.spec.replicas')).toBe('2');
    expect(await world.field('east', 'deployment/web', '.metadata.labels.team')).toBe('theirs');
    expect(await world.field('west', 'configmap/settings', '.data.color')).toBe('pink');
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });

  it('tells an object that was made anew from one that was changed', async () => {
    const world = await deployed();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['delete', 'configmap/settings', ...ns]);
    const made = ['create', 'configmap', 'settings', '--from-literal=color=blue', ...ns];
    await world.kubectl('east', made);
    const drift = await world.refresh();
    expect(drift).toContain('somebody deleted it and made another one in its place');
    expect(drift).toMatch(/- +color: pink\n.*\+ +color: blue/);
    await world.push();
    expect(await world.field('east', 'configmap/settings', '.data.color')).toBe('pink');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('looks at what the filters leave, and at paused declarations', async () => {
    const world = await deployed();
    const ns = ['-n', world.ns('shop')];
    for (const cluster of ['east', 'west'])
      await world.kubectl(cluster, ['scale', 'deployment/web', '--replicas=5', ...ns]);
    const name = ['--kind', 'KubernetesYaml', '--namespace', world.ns('shop'), '--name', 'web'];
    await world.sisyphus('object', 'pause', ...name, '--reason', 'look at it');
    expect(await world.refresh('--cluster', 'west')).toContain('1 object drifted; recorded.');
    expect(await world.refresh()).toContain(`~ Deployment ${world.ns('shop')}/web  east\n`);
    const nobody = await world.run(['refresh', '--kind', 'Deploymnt']);
    expect(nobody).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Deployment') });
  });

  it('shows keys of secrets and never a value', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': secret });
    await world.push();
    const patch = (data: object) => ['patch', 'secret/tokens', '-p', JSON.stringify(data)];
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', [...patch({ stringData: { a: 'canary', c: 'canary' } }), ...ns]);
    await world.kubectl('east', [...patch({ data: { b: null } }), ...ns]);
    const drift = await world.refresh();
    expect(drift).toContain('~ key a: ********');
    expect(drift).toContain('- key b: ********');
    expect(drift).toContain('+ key c: ********');
    expect(await world.refresh()).toContain('No drift');
    const diff = await world.diff();
    expect(diff).toContain('+ key b: ********');
    expect(diff).not.toMatch(/key [ac]/);
    await world.push();
    expect(await world.field('east', 'secret/tokens', '.data.a')).toBe(
      Buffer.from('canary').toString('base64'),
    );
  });

  it('leaves a cluster out that cannot be read, and refreshes the others', async () => {
    const world = await deployed();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('west', ['scale', 'deployment/web', '--replicas=5', ...ns]);
    const { exitCode, stdout } = await world.run(['refresh'], {
      env: { KUBECONFIG: `${await deadCluster(world, 'east')}:${world.env.KUBECONFIG}` },
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Cluster east is left out of this refresh');
    expect(stdout).toContain('1 object drifted; recorded; 1 cluster left out.');
  });

  it('takes the resources of a definition that is gone for gone', async () => {
    const world = await World.open();
    const plural = `widgets${world.id}`;
    const group = `${world.id}.example.com`;
    await world.write({
      'global/index.yaml': `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: widgets}
clusters: [east]
objects:
  - apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: ${plural}.${group}}
    spec:
      group: ${group}
      scope: Namespaced
      names: {plural: ${plural}, singular: widget, kind: Widget}
      versions:
        - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
`,
      '{ns}/index.yaml': `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: one}
clusters: [east]
objects:
  - {apiVersion: ${group}/v1, kind: Widget, metadata: {name: one}}
`,
    });
    await world.push();
    await world.kubectl('east', ['delete', 'crd', `${plural}.${group}`]);
    const drift = await world.refresh();
    expect(drift).toContain(`- CustomResourceDefinition ${plural}.${group}  east`);
    expect(drift).toContain(`- Widget ${world.ns('shop')}/one  east`);
    expect(drift).toContain('2 objects are gone; recorded.');
    await world.push();
    await world.kubectl('east', ['delete', 'crd', `${plural}.${group}`]);
  });

  it('keeps an object whose version of the API is no longer served', async () => {
    const world = await World.open();
    const [plural, group] = [`gadgets${world.id}`, `${world.id}.example.com`];
    const version = (name: string, storage: boolean) =>
      `{name: ${name}, served: true, storage: ${storage}, schema: {openAPIV3Schema: {type: object}}}`;
    await world.write({
      'global/index.yaml': `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: gadgets}
clusters: [east]
objects:
  - apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: ${plural}.${group}}
    spec:
      group: ${group}
      scope: Namespaced
      names: {plural: ${plural}, singular: gadget, kind: Gadget}
      versions: [${version('v1', false)}, ${version('v2', true)}]
  - {apiVersion: ${group}/v1, kind: Gadget, metadata: {name: one, namespace: '{ns}'}}
`,
    });
    await world.push();
    const crd = ['crd', `${plural}.${group}`];
    const patch = [{ op: 'replace', path: '/spec/versions/0/served', value: false }];
    await world.kubectl('east', ['patch', ...crd, '--type=json', '-p', JSON.stringify(patch)]);
    const served = () => world.kubectl('east', ['get', '--raw', `/apis/${group}`]);
    await expect.poll(served, { timeout: 30_000 }).not.toContain(`${group}/v1`);
    const drift = await world.refresh('--kind', 'Gadget');
    expect(drift).toContain(`not read, because the cluster now serves its kind as ${group}/v2`);
    expect(drift).toContain('No drift');
    await world.kubectl('east', ['delete', ...crd]);
  });

  it('prints JSON lines', async () => {
    const world = await deployed();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['scale', 'deployment/web', '--replicas=5', ...ns]);
    const lines = (await world.refresh('--output', 'json'))
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['drift', 'change', 'result']);
    expect(lines[0]).toMatchObject({ objects: 6, clusters: 2, counts: { drifted: 1, gone: 0 } });
    expect(lines[1]).toMatchObject({
      action: 'update',
      cluster: 'east',
      declaration: { name: 'web' },
      fields: [{ path: 'spec.replicas', effect: 'change' }],
      before: { spec: { replicas: 2 } },
      after: { spec: { replicas: 5 } },
    });
    expect(lines.at(-1)).toMatchObject({ exitCode: 0 });
  });
});
