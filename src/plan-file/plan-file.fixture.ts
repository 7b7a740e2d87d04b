import fc from 'fast-check';
import { SECRET_MASK, SecretValues } from '../model/desired.ts';
import type { JsonObject } from '../model/json.ts';
import { isSecret, type Manifest, type ObjectKey } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { RecordedObject } from '../model/record.ts';
import { EVERYTHING } from '../plan/filter.ts';
import { stored } from '../plan/fixture.ts';
import { makePlan } from '../plan/plan.ts';
import type { PlanOrigin } from './saved-plan.ts';

/** Where the plans of tests come from. */
export const ORIGIN: PlanOrigin = {
  program: '1.2.3',
  createdAt: '2026-11-21T00:30:02.000Z',
  createdBy: 'ada',
  repository: { identity: 'production', directory: '/src/production' },
  served: 'production',
  filter: EVERYTHING,
  live: false,
  objects: 3,
  clusters: 2,
  massDeletes: [],
};

/** What the repository and the database hold, and the plan that is made of them. */
export interface Sample {
  readonly recorded: readonly RecordedObject[];
  readonly plan: Plan;
}

const word = fc.stringMatching(/^[a-z]{1,3}$/);
const text = fc.oneof(word, fc.string(), fc.constantFrom('__proto__', 'é\u2028\u0007', '-0'));
const fields: fc.Arbitrary<JsonObject> = fc.dictionary(
  word,
  fc.oneof(
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(text, { maxLength: 2 }),
    fc.dictionary(word, text),
  ),
  { maxKeys: 3 },
);
const key = fc.record<ObjectKey>({
  cluster: fc.constantFrom('east', 'west'),
  apiVersion: fc.constant('v1'),
  kind: fc.constantFrom('ConfigMap', 'Secret', 'Namespace', 'Service'),
  namespace: fc.constantFrom('', 'shop'),
  name: fc.constantFrom('a', 'b', 'c'),
});
const declaration = fc.record({
  kind: fc.constantFrom('KubernetesYaml', 'Deployment'),
  namespace: word,
  name: word,
});
const object = fc.record({ key, fields, declaration, before: fields, createdHere: fc.boolean() });

type ObjectSample = typeof object extends fc.Arbitrary<infer T> ? T : never;

/** Plans as the program makes them, of any repository over any database. */
export const samples: fc.Arbitrary<Sample> = fc
  .record({
    wanted: fc.uniqueArray(object, { selector: idOf, maxLength: 6 }),
    known: fc.uniqueArray(object, { selector: idOf, maxLength: 6 }),
    unavailable: fc.constantFrom<Record<string, string>>({}, { west: 'no answer' }),
  })
  .map(({ wanted, known, unavailable }) => {
    const recorded = known.map(({ key, before, declaration, createdHere }) => {
      const sent = manifestOf(key, before);
      return { key, sent, answer: stored({ manifest: sent }), declaration, createdHere };
    });
    const desired = wanted.map(({ key, fields, declaration }) => {
      const manifest = manifestOf(key, fields);
      const values = new Map(Object.keys(fields).map((name) => [name, 'dmFsdWU=']));
      const secret = isSecret(key) ? { secret: new SecretValues(values) } : {};
      return { key, manifest, declaration, image: 'registry.example/a@sha256:0', ...secret };
    });
    const input = { desired, recorded, paused: [], filter: EVERYTHING, unavailable };
    return { recorded, plan: makePlan(input) };
  });

function idOf({ key }: ObjectSample): string {
  return JSON.stringify(key);
}

function manifestOf(key: ObjectKey, fields: JsonObject): Manifest {
  const { apiVersion, kind, namespace, name } = key;
  const metadata = { name, ...(namespace !== '' && { namespace }) };
  if (!isSecret(key)) return { apiVersion, kind, metadata, spec: fields };
  const data = Object.fromEntries(Object.keys(fields).map((one) => [one, SECRET_MASK]));
  return { apiVersion, kind, metadata, data };
}
