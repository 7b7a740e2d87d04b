import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { World } from './world.ts';

const configMap = (name: string, clusters = 'east') => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: ${name}}
clusters: [${clusters}]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: b}}
---`;

describe('a namespace', () => {
  it('stays while something untracked lives in it, and the plan says what', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': configMap('a'),
      'other-{id}/index.yaml': configMap('b'),
    });
    await world.push();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['create', 'configmap', 'theirs', '--from-literal=x=y', ...ns]);
    await world.remove('{ns}');
    expect(await world.diff()).toContain(`ConfigMap ${world.ns('shop')}/theirs`);
    expect(await world.push()).toContain('Applied 1 change');
    expect(await world.get('east', 'configmap/theirs')).toBeDefined();
    expect(await world.get('east', 'configmap/a')).toBeUndefined();
    expect(await world.diff('--exit-code')).toContain('Nothing to do');

    await world.kubectl('east', ['delete', 'configmap', 'theirs', ...ns]);
    expect(await world.diff()).toContain(`Namespace ${world.ns('shop')}`);
  });

  it('is not deleted when Sisyphus did not create it', async () => {
    const world = await World.open();
    await world.kubectl('east', ['create', 'namespace', world.ns('shop')]);
    await world.write({
      '{ns}/index.yaml': configMap('a'),
      'other-{id}/index.yaml': configMap('b'),
    });
    await world.push();
    await world.remove('{ns}');
    expect(await world.diff()).toContain('Sisyphus did not create it');
    await world.push();
    const phase = ['get', 'namespace', world.ns('shop'), '-o', 'jsonpath={.status.phase}'];
    expect(await world.kubectl('east', phase)).toBe('Active');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('goes when only descendants of what was tracked are left in it', async () => {
    const world = await World.open();
    const { reference } = await world.image('echo', 'def main(ctx):\n    return Application()\n');
    await world.write({
      'other-{id}/index.yaml': configMap('b'),
      '{ns}/index.yaml': `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo}
config: {env: prod, image: '${reference}'}
footprint: {east: {replicas: 1}}
`,
    });
    await world.push();
    const wait = ['rollout', 'status', 'deployment/echo', '-n', world.ns('shop'), '--timeout=30s'];
    await world.kubectl('east', wait);
    await world.remove('{ns}');
    expect(await world.diff()).toContain('2 to delete');
    await world.push();
    const gone = ['wait', '--for=delete', `namespace/${world.ns('shop')}`, '--timeout=30s'];
    await world.kubectl('east', gone);
  });
});

describe('deleting', () => {
  it('waits for the success of what takes the place of the deleted object', async () => {
    const world = await World.open();
    const using = (settings: string, image: string, more = '') => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: web}
clusters: [east]
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: '${image}'
              envFrom: [{configMapRef: {name: ${settings}}}]
${more}---${configMap(settings)}`;
    await world.write({ '{ns}/index.yaml': using('old', 'registry.example/web:1') });
    await world.push();
    const broken = using(
      'new',
      'registry.example/web:2',
      '              restartPolicy: Sometimes\n',
    );
    await world.write({ '{ns}/index.yaml': broken });
    const pushed = await world.run(['push', '--yes']);
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stdout).toContain('skipped');
    expect(await world.get('east', 'configmap/old')).toBeDefined();
    expect(await world.get('east', 'configmap/new')).toBeDefined();
  });

  it('leaves the other clusters their work when a context was retired', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('a') + configMap('b', 'east, west') });
    await world.push();
    const kubeconfig = join(world.directory, '..', 'kubeconfig');
    const args = ['config', 'view', '--raw', '--flatten', '--minify'];
    await writeFile(kubeconfig, await world.kubectl('east', args));
    await world.write({ '{ns}/index.yaml': configMap('b') });
    const pushed = await world.run(['push', '--yes'], { env: { KUBECONFIG: kubeconfig } });
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stdout).toContain('the kubeconfig has no such context');
    expect(await world.get('east', 'configmap/a')).toBeUndefined();
    expect(await world.get('west', 'configmap/b')).toBeDefined();
  });

  it('of a namespace is waited for when it is pushed back at once', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': configMap('a'),
      'other-{id}/index.yaml': configMap('b'),
    });
    await world.push();
    await world.remove('{ns}');
    await world.push();
    await world.write({ '{ns}/index.yaml': configMap('a') });
    await world.push();
    expect(await world.get('east', 'configmap/a')).toBeDefined();
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });

  it('of most of a cluster needs a word more', async () => {
    const world = await World.open();
    const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
    await world.write({ '{ns}/index.yaml': names.map((name) => configMap(name)).join('\n') });
    await world.push();
    await world.write({ '{ns}/index.yaml': configMap('c0') });
    const refused = await world.run(['push', '--yes']);
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('deletes 11 of 13 tracked objects of cluster east'),
    });
    expect(await world.get('east', 'configmap/c11')).toBeDefined();
    await world.push('--allow-mass-delete');
    expect(await world.get('east', 'configmap/c11')).toBeUndefined();
  });

  it('does not happen because a file was lost', async () => {
    const world = await World.open();
    await world.write({
      '{ns}/index.yaml': configMap('a'),
      '{ns}/note.txt': 'x',
      'other-{id}/index.yaml': configMap('b'),
    });
    await world.push();
    await world.remove('{ns}/index.yaml');
    const refused = await world.run(['push', '--yes']);
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('has no index.yaml'),
    });
    expect(await world.get('east', 'configmap/a')).toBeDefined();
  });

  it('spares an object that somebody made anew under the same name', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('a') + configMap('b') });
    await world.push();
    const ns = ['-n', world.ns('shop')];
    await world.kubectl('east', ['delete', 'configmap', 'a', ...ns]);
    await world.kubectl('east', ['create', 'configmap', 'a', '--from-literal=x=theirs', ...ns]);
    await world.write({ '{ns}/index.yaml': configMap('b') });
    expect(await world.push()).toContain('somebody else made it anew');
    expect(await world.field('east', 'configmap/a', '.data.x')).toBe('theirs');
  });

  it('does not happen to what is global because a file was lost', async () => {
    const world = await World.open();
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' };
    const metadata = { name: `role-${world.id}` };
    await world.write({
      '{ns}/index.yaml': configMap('a'),
      'global/note.txt': 'x',
      'global/index.yaml': JSON.stringify({
        apiVersion: 'sisyphus/v1',
        kind: 'KubernetesYaml',
        metadata: { name: 'roles' },
        clusters: ['east'],
        objects: [{ ...role, metadata, rules: [] }],
      }),
    });
    await world.push();
    await world.remove('global/index.yaml');
    const refused = await world.run(['push', '--yes']);
    expect(refused.stderr).toContain('the folder global has no index.yaml');
  });

  it('is refused to a repository that the database does not serve', async () => {
    const world = await World.open();
    await world.write({ '{ns}/index.yaml': configMap('a') });
    await world.push();
    const other = await World.open();
    await other.write({ '{ns}/index.yaml': configMap('b'), '../other/x/index.yaml': '' });
    const url = `sqlite:${world.database}`;
    const args = ['push', '--yes', '--database-url', url, `${other.directory}/../other`];
    expect(await other.run(args)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('--adopt-repository'),
    });
    expect(await world.get('east', 'configmap/a')).toBeDefined();
  });
});

describe('recreating', () => {
  it('does not delete what it cannot create again', async () => {
    const world = await World.open();
    const workload = (selector: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: web}
clusters: [east]
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: ${selector}}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: 'registry.example/web:1'}]}
`;
    await world.write({ '{ns}/index.yaml': workload('web') });
    await world.push();
    const uid = await world.field('east', 'deployment/web', '.metadata.uid');
    await world.write({ '{ns}/index.yaml': workload('forgotten') });
    const pushed = await world.run(['push', '--yes']);
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stdout).toContain('`selector` does not match template `labels`');
    expect(await world.field('east', 'deployment/web', '.metadata.uid')).toBe(uid);
  });

  it('replaces what cannot be changed in place, and says why', async () => {
    const world = await World.open();
    const job = (image: string) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: job}
clusters: [east]
objects:
  - apiVersion: batch/v1
    kind: Job
    metadata: {name: job}
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: job, image: '${image}'}]}
`;
    await world.write({ '{ns}/index.yaml': job('registry.example/job:1') });
    await world.push();
    const uid = await world.field('east', 'job/job', '.metadata.uid');
    await world.write({ '{ns}/index.yaml': job('registry.example/job:2') });
    expect(await world.diff()).toContain('cannot be changed in place');
    await world.push();
    expect(await world.field('east', 'job/job', '.metadata.uid')).not.toBe(uid);
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
  });

  it('is blocked for a volume claim, and the rest is done', async () => {
    const world = await World.open();
    const claim = (storageClass: string, more = '') => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: claim}
clusters: [east]
objects:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec:
      storageClassName: ${storageClass}
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
${more}`;
    await world.write({ '{ns}/index.yaml': claim('slow') });
    await world.push();
    await world.write({ '{ns}/index.yaml': `${claim('fast')}---${configMap('a')}` });
    const pushed = await world.run(['push', '--yes']);
    expect(pushed.exitCode).toBe(1);
    expect(pushed.stdout).toContain('a PersistentVolumeClaim is never recreated');
    expect(await world.field('east', 'pvc/data', '.spec.storageClassName')).toBe('slow');
    expect(await world.get('east', 'configmap/a')).toBeDefined();
  });
});

describe('custom resources', () => {
  it('are created after their definition in the same push, and go before it', async () => {
    const world = await World.open();
    const group = `${world.id}.example.com`;
    await world.write({
      '{ns}/index.yaml': `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: widget}
clusters: [east]
objects:
  - {apiVersion: ${group}/v1, kind: Widget, metadata: {name: w}, spec: {size: 3}}
`,
      'global/index.yaml': `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: definitions}
clusters: [east]
objects:
  - apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: widgets.${group}}
    spec:
      group: ${group}
      scope: Namespaced
      names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec: {type: object, properties: {size: {type: integer}}}
`,
    });
    await world.push();
    expect(await world.field('east', `widgets.${group}/w`, '.spec.size')).toBe('3');
    expect(await world.diff('--exit-code')).toContain('Nothing to do');
    await world.write({ 'global/index.yaml': '', '{ns}/index.yaml': '' });
    expect(await world.diff()).toContain('every custom resource of its kind is deleted with it');
    await world.push();
    const crds = await world.kubectl('east', ['get', 'crd', '-o', 'name']);
    expect(crds).not.toContain(group);
  });
});
