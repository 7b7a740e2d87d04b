import fc from 'fast-check';
import { expect, it } from 'vitest';
import { World } from './world.ts';

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const text = fc.oneof(
  word,
  fc.constantFrom('1000m', 'true', '0644', 'yes', 'a: b', 'zwei\nZeilen', ''),
);
const labels = fc.dictionary(word, word, { maxKeys: 3 });
const env = fc.uniqueArray(fc.record({ name: word, value: text }), {
  selector: ({ name }) => name,
  maxLength: 4,
});
const quantity = fc.constantFrom('1', '1000m', '0.5', '250m', '1e3', '512Mi', '0.5Gi');

const container = fc.record(
  {
    image: fc.constantFrom('registry.example/a:1', 'registry.example/a:2'),
    args: fc.array(text, { maxLength: 3 }),
    env,
    ports: fc.uniqueArray(fc.record({ containerPort: fc.integer({ min: 1, max: 99 }) }), {
      selector: ({ containerPort }) => containerPort,
      maxLength: 3,
    }),
    resources: fc.record({ requests: fc.record({ cpu: quantity }) }, { requiredKeys: [] }),
    securityContext: fc.constantFrom({}, { runAsNonRoot: true }),
  },
  { requiredKeys: ['image'] },
);

const pod = fc.record(
  {
    containers: fc
      .uniqueArray(fc.tuple(word, container), {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 3,
      })
      .map((list) => list.map(([name, fields]) => ({ name, ...fields }))),
    terminationGracePeriodSeconds: fc.integer({ min: 1, max: 60 }),
    nodeSelector: labels,
    tolerations: fc.array(fc.record({ key: word, operator: fc.constant('Exists') }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: ['containers'] },
);

const deployment = fc
  .record(
    {
      template: fc.tuple(labels, pod).map(([more, spec]) => ({
        metadata: { labels: { ...more, app: 'x' } },
        spec,
      })),
      replicas: fc.integer({ min: 0, max: 2 }),
      strategy: fc.constantFrom({}, { type: 'RollingUpdate' }),
      minReadySeconds: fc.integer({ min: 0, max: 9 }),
    },
    { requiredKeys: ['template'] },
  )
  .map((spec) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { selector: { matchLabels: { app: 'x' } }, ...spec },
  }));

const service = fc
  .record(
    {
      ports: fc.uniqueArray(fc.record({ name: word, port: fc.integer({ min: 1, max: 99 }) }), {
        selector: ({ port }) => port,
        minLength: 1,
        maxLength: 3,
      }),
      selector: labels,
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
    },
    { requiredKeys: ['ports'] },
  )
  .map(({ ports, ...spec }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    spec: { ...spec, ports: ports.map((port, i) => ({ ...port, name: `${port.name}${i}` })) },
  }));

const configMap = fc
  .record({ data: fc.dictionary(word, text, { maxKeys: 3 }) })
  .map((fields) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...fields }));

const object = fc
  .tuple(fc.oneof(deployment, service, configMap), labels, labels)
  .map(([fields, l, annotations]) => ({ fields, labels: l, annotations }));

/** A declaration of objects named by kind and number, so that the next sample changes them. */
function declare(
  samples: readonly (typeof object extends fc.Arbitrary<infer T> ? T : never)[],
): string {
  const objects = samples.map(({ fields, ...metadata }, i) => ({
    ...fields,
    metadata: { name: `${fields.kind.toLowerCase()}-${i % 12}`, ...metadata },
  }));
  const named = new Map(objects.map((one) => [`${one.kind} ${one.metadata.name}`, one]));
  return JSON.stringify({
    apiVersion: 'sisyphus/v1',
    kind: 'KubernetesYaml',
    metadata: { name: 'sample' },
    clusters: ['east'],
    objects: [...named.values()],
  });
}

it('has nothing to do after a push, whatever was pushed over whatever else', async () => {
  const world = await World.open();
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  for (const round of [0, 1, 2]) {
    const samples = fc.sample(object, { numRuns: 30, seed: seed + round });
    await world.write({ '{ns}/index.yaml': declare(samples) });
    await world.push('--allow-mass-delete');
    const again = await world.run(['diff', '--exit-code']);
    expect(again, `seed ${seed + round}`).toMatchObject({ exitCode: 0 });
  }
});
