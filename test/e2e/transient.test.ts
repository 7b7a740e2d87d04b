import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import type { FaultRule } from '../bed/faults.ts';
import { openFaultyWay } from './faulty-way.ts';
import { World } from './world.ts';

const configMaps = (...names: readonly string[]) =>
  names
    .map(
      (name) => `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: ${name}}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: x}}
`,
    )
    .join('---');

/** Something that goes wrong once with the apply of one ConfigMap. */
const once = (name: string, fault: FaultRule['fault']): FaultRule => ({
  method: 'PATCH',
  path: new RegExp(`/configmaps/${name}\\?`),
  times: 1,
  fault,
});

const CONFLICT = {
  status: 409,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'it was modified' }),
};

describe('passing trouble of an API server', () => {
  it('is waited out, and all of the plan is done', async () => {
    const world = await World.open();
    const troubles: Readonly<Record<string, FaultRule['fault']>> = {
      throttled: { status: 429, headers: { 'retry-after': '1' } },
      broken: { status: 500 },
      unavailable: { status: 503, headers: { 'retry-after': '0' } },
      overtaken: CONFLICT,
      refused: { reset: 'before' },
      unanswered: { reset: 'after' },
      cut: { cutAfterBytes: 30 },
      silent: { hang: true },
    };
    const rules = Object.entries(troubles).map(([name, fault]) => once(name, fault));
    const way = await openFaultyWay(world, rules);
    await world.write({ '{ns}/index.yaml': configMaps(...Object.keys(troubles)) });
    const { exitCode, stdout } = await world.run(['push', '--yes'], {
      env: { ...way.env, SISYPHUS_REQUEST_TIMEOUT: '1s' },
    });
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Applied 9 changes'),
    });
    for (const name of Object.keys(troubles)) {
      const path = `/configmaps/${name}?`;
      expect([name, way.east.seen.filter((one) => one.path.includes(path)).length]).toEqual([
        name,
        2,
      ]);
    }
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });

  it('that lasts is reported for the objects that it struck, and the rest is done', async () => {
    const world = await World.open();
    const way = await openFaultyWay(world, [
      { method: 'PATCH', path: /configmaps\/bad\?/, fault: { status: 503 } },
    ]);
    await world.write({ '{ns}/index.yaml': configMaps('bad', 'good') });
    const { exitCode, stdout } = await world.run(['push', '--yes'], { env: way.env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/failed +ConfigMap .*bad.*ServiceUnavailable \(503\)/);
    expect(await world.get('east', 'configmap/good')).toBeDefined();
    expect(await world.push()).toContain('Applied 1 change');
    expect(await world.diff('--live', '--exit-code')).toContain('Nothing to do');
  });
});

describe('credentials', () => {
  it('that run out in the middle of a push are asked for again', async () => {
    const world = await World.open();
    const way = await openFaultyWay(world, [once('b', { status: 401 })]);
    const path = way.env.KUBECONFIG;
    const config = parse(await readFile(path, 'utf8'));
    const asked = join(world.root, 'asked');
    const plugin = join(world.root, 'plugin');
    const [{ user }] = config.users;
    const answer = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' };
    const credential = JSON.stringify({ ...answer, status: { token: user.token } });
    await writeFile(plugin, `#!/bin/sh\necho asked >> '${asked}'\necho '${credential}'\n`, {
      mode: 0o700,
    });
    const { apiVersion } = answer;
    config.users[0].user = { exec: { apiVersion, command: plugin, interactiveMode: 'Never' } };
    await writeFile(path, stringify(config));
    await world.write({ '{ns}/index.yaml': configMaps('a', 'b', 'c') });
    const { exitCode, stdout } = await world.run(['push', '--yes'], { env: way.env });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(await readFile(asked, 'utf8')).toBe('asked\nasked\n');
  });
});

describe('admission', () => {
  it('that refuses an object, or cannot be asked, costs only the objects that it is about', async () => {
    const world = await World.open();
    const name = `refuse-${world.id}`;
    const selector = `{matchLabels: {kubernetes.io/metadata.name: '${world.ns('shop')}'}}`;
    await world.write({ '{ns}/index.yaml': configMaps('first') });
    await world.push();
    const tries = [
      ['configmap', 'denied'],
      ['secret', 'generic', 'x'],
    ].map((what) => {
      const dryRun = ['create', ...what, '-n', world.ns('shop'), '--dry-run=server'];
      return () => world.kubectl('east', dryRun);
    });
    const policy = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: ${name}}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  validations: [{expression: "object.metadata.name != 'denied'", message: 'no such names here'}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: ${name}}
spec: {policyName: ${name}, validationActions: [Deny], matchResources: {namespaceSelector: ${selector}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: ${name}}
webhooks:
  - name: nobody.example.com
    clientConfig: {url: 'https://127.0.0.1:1/'}
    rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [secrets]}]
    namespaceSelector: ${selector}
    failurePolicy: Fail
    sideEffects: None
    admissionReviewVersions: [v1]
`;
    try {
      await world.kubectl('east', ['apply', '-f', '-'], policy);
      // An API server hears of them some time later.
      for (const trying of tries) {
        await vi.waitFor(() => expect(trying()).rejects.toThrow(), 20_000);
      }
      await world.write({
        '{ns}/index.yaml': `${configMaps('first', 'denied', 'good')}---
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: secret}
clusters: [east]
objects: [{apiVersion: v1, kind: Secret, metadata: {name: unasked}, stringData: {a: replace-me}}]
`,
      });
      const { exitCode, stdout } = await world.run(['push', '--yes']);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/failed +ConfigMap .*denied.*no such names here/);
      expect(stdout).toMatch(/failed +Secret .*unasked/);
      expect(await world.get('east', 'configmap/good')).toBeDefined();
    } finally {
      const kinds = 'validatingwebhookconfiguration,validatingadmissionpolicybinding';
      await world.kubectl('east', ['delete', `${kinds},validatingadmissionpolicy`, name]);
    }
    for (const trying of tries) await vi.waitFor(trying, 20_000);
    expect(await world.push()).toContain('Applied 2 changes');
  });
});
