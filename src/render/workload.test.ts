import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { formatError, type SisyphusError } from '../model/errors.ts';
import {
  containerYaml,
  type Example,
  podSpec,
  renderCronJob,
  renderDeployment,
} from './fixture.ts';

async function container(example: Example): Promise<string> {
  return containerYaml(await renderDeployment(example));
}

async function failure(example: Example): Promise<string> {
  try {
    await renderDeployment(example);
  } catch (error) {
    return formatError(error as SisyphusError);
  }
  throw new Error('the program rendered');
}

describe('a Deployment', () => {
  it('has every field that the API server would default', async () => {
    const [deployment, ...others] = await renderDeployment({
      program: 'Application()',
      replicas: 2,
    });
    expect(others).toEqual([]);
    expect(
      stringify(deployment?.manifest, { aliasDuplicateObjects: false }),
    ).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: echo
  namespace: shop
  labels:
    app.kubernetes.io/name: echo
  annotations:
    sisyphus.april.dev/config-image: registry.example/echo_config@sha256:${'2'.repeat(64)}
spec:
  replicas: 2
  progressDeadlineSeconds: 600
  revisionHistoryLimit: 10
  selector:
    matchLabels:
      app.kubernetes.io/name: echo
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 25%
  template:
    metadata:
      labels:
        app.kubernetes.io/name: echo
    spec:
      containers:
        - name: echo
          image: registry.example/echo@sha256:${'1'.repeat(64)}
          imagePullPolicy: IfNotPresent
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
          resources: {}
      dnsPolicy: ClusterFirst
      restartPolicy: Always
      schedulerName: default-scheduler
      terminationGracePeriodSeconds: 30
      securityContext: {}
`);
  });

  it('leaves replicas out where the footprint does', async () => {
    const [deployment] = await renderDeployment({ program: 'Application()' });
    expect(deployment?.manifest.spec).not.toHaveProperty('replicas');
  });

  it('prints values as Starlark does, and booleans in lower case', async () => {
    const program = 'Application(args=["a", 3, 1.5, 1.0, 1 << 70, True, False])';
    expect(await container({ program })).toBe(`args:
  - a
  - "3"
  - "1.5"
  - "1.0"
  - "1180591620717411303424"
  - "true"
  - "false"
resources: {}
`);
  });

  it('chooses by environment and leaves out what has no value', async () => {
    const program = `Application(
        args=[{"prod": "p", "test": "t"}, {"test": "t"}, {"prod": None}, None],
        env={"B": {"prod": 1, "test": 2}, "A": {"test": 2}, "Ä": "x", "Z": None},
        resources=Resources(requests={"cpu": {"prod": 2}, "memory": {"test": "1Gi"}}, limits={}),
    )`;
    expect(await container({ program })).toBe(`args:
  - p
env:
  - name: B
    value: "1"
  - name: Ä
    value: x
resources:
  requests:
    cpu: "2"
`);
    expect(await container({ program, environment: 'stage' })).toBe(`env:
  - name: Ä
    value: x
resources: {}
`);
  });

  it('takes labels from program, then YAML, then its name', async () => {
    const [deployment] = await renderDeployment({
      program: 'Application(labels={"a": "1", "b": "1", "app.kubernetes.io/name": "x"})',
      labels: { b: '2' },
      annotations: { note: 'n' },
    });
    const labels = { a: '1', b: '2', 'app.kubernetes.io/name': 'echo' };
    expect(deployment?.manifest.metadata.labels).toEqual(labels);
    expect(deployment?.manifest.spec).toMatchObject({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'echo' } },
      template: { metadata: { labels, annotations: { note: 'n' } } },
    });
  });

  it('has a Service where it has service ports', async () => {
    const [, service] = await renderDeployment({
      program: 'Application(args=[Port(name="http"), Port(name="dns", protocol="UDP")])',
      servicePorts: { http: { number: 80, name: 'web' }, dns: { number: 53 } },
      annotations: { note: 'n' },
    });
    expect(stringify(service?.manifest)).toBe(`apiVersion: v1
kind: Service
metadata:
  name: echo
  namespace: shop
  labels:
    app.kubernetes.io/name: echo
  annotations:
    note: n
spec:
  ports:
    - name: dns
      port: 53
      protocol: UDP
      targetPort: dns
    - name: web
      port: 80
      protocol: TCP
      targetPort: http
  selector:
    app.kubernetes.io/name: echo
`);
  });

  it('reads secrets as environment variables and as files', async () => {
    const objects = await renderDeployment({
      program: `Application(
        args=[FileVariable(name="cert", path="/etc/tls/cert.pem")],
        env={"TOKEN": StringVariable("token"), "KEY": FileVariable("key", "/etc/tls/key.pem")},
      )`,
      variables: { token: 'tokens/t', cert: 'tls/tls.crt', key: 'tls/tls.key' },
    });
    expect(containerYaml(objects)).toBe(`args:
  - /etc/tls/cert.pem
env:
  - name: KEY
    value: /etc/tls/key.pem
  - name: TOKEN
    valueFrom:
      secretKeyRef:
        name: tokens
        key: t
volumeMounts:
  - mountPath: /etc/tls
    name: cert
    readOnly: true
resources: {}
`);
    expect(podSpec(objects[0]).volumes).toEqual([
      {
        name: 'cert',
        secret: {
          defaultMode: 420,
          items: [
            { key: 'tls.crt', path: 'cert.pem' },
            { key: 'tls.key', path: 'key.pem' },
          ],
          secretName: 'tls',
        },
      },
    ]);
  });

  it('has probes with the defaults written out', async () => {
    const probes = await container({
      program: `Application(
        args=[Port("http")],
        liveness=HttpGetProbe("/live", "http", initial_delay={"prod": 5}, period={"test": 1}),
      )`,
    });
    expect(probes).toContain(`livenessProbe:
  httpGet:
    path: /live
    port: http
    scheme: HTTP
  initialDelaySeconds: 5
  periodSeconds: 10
  timeoutSeconds: 1
  successThreshold: 1
  failureThreshold: 3
`);
  });
});

describe('a program that does not fit', () => {
  const cases: readonly (readonly [string, Example, string])[] = [
    [
      'returns something else',
      { program: '3' },
      'the value of main(): expected Application(…), found the integer 3',
    ],
    [
      'uses a StringVariable as argument',
      { program: 'Application(args=[StringVariable("x")])', variables: { x: 's/k' } },
      'args[0]: StringVariable("x") is allowed in env only; pass it as an environment variable\n  in the program, at app.star:2:30',
    ],
    [
      'needs a variable that is not declared',
      { program: 'Application(env={"A": StringVariable("tokn")})', variables: { token: 's/k' } },
      'the program needs the variable "tokn", which config.variables does not declare (declared: token)\n  in the program, at app.star:2:34',
    ],
    [
      'probes a port that it does not declare',
      { program: 'Application(liveness=HttpGetProbe(path="/", port="web"))' },
      'the liveness probe names port "web", which the program does not declare (declared: none)\n  in the program, at app.star:2:33',
    ],
    [
      'gives a port two numbers',
      { program: 'Application(args=[Port("a", 1), Port("a", 2)])' },
      'port "a" has two numbers, 1 and 2\n  in the program, at app.star:2:44',
    ],
    [
      'gives a number two names',
      { program: 'Application(args=[Port("a", 1), Port("b", 1)])' },
      'port number 1 has two names, "a" and "b"\n  in the program, at app.star:2:44',
    ],
    [
      'mounts a file outside of any folder',
      { program: 'Application(args=[FileVariable("a", "/key")])', variables: { a: 's/k' } },
      'path of FileVariable("a"): expected an absolute path with a folder and a file, as /etc/app/key, found the string "/key"\n  in the program, at app.star:2:30',
    ],
    [
      'has a number where a string must be',
      { program: 'Application(env={"A": [1]})' },
      'env["A"]: expected a string, number, boolean, Port or variable, found a list\n  in the program, at app.star:2:12',
    ],
    [
      'lacks a port that the Service wants',
      { program: 'Application(args=[Port("a")])', servicePorts: { b: { number: 80 } } },
      'shop/index.yaml:1:1: the Service wants port "b", which the program does not declare (declared: a)',
    ],
  ];
  it.each(cases)('%s', async (_title, example, message) => {
    expect(await failure(example)).toBe(message);
  });
});

describe('a CronJob', () => {
  it('renders a job template', async () => {
    const [job] = await renderCronJob({
      program: 'Application(args=["x"], labels={"team": "infra"})',
      annotations: { note: 'n' },
      concurrencyPolicy: 'Forbid',
    });
    const metadata = {
      labels: { team: 'infra', 'app.kubernetes.io/name': 'echo' },
      annotations: { note: 'n' },
    };
    expect(job?.manifest).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: {
        concurrencyPolicy: 'Forbid',
        schedule: '0 2 * * *',
        jobTemplate: { metadata, spec: { template: { metadata } } },
      },
    });
    expect(podSpec(job)).toMatchObject({ restartPolicy: 'OnFailure' });
  });

  it('takes no probes', async () => {
    const program = 'Application(args=[Port("a")], startup=HttpGetProbe("/", "a"))';
    await expect(renderCronJob({ program })).rejects.toThrow('a CronJob takes no probes');
  });
});
