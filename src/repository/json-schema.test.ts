import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { readSisyphusFile } from './document.ts';
import { documentSchema, kindSchema } from './json-schema.ts';
import { SISYPHUS_KINDS } from './schema.ts';

const OPTIONS = { strict: true, strictTypes: false, strictRequired: false, allErrors: true };
const ajv = new Ajv(OPTIONS);
const ofDocument = ajv.compile(documentSchema());
/** A reader of a later draft than the schemas name. */
const ofLaterDraft = new Ajv2020(OPTIONS).compile({ ...documentSchema(), $schema: undefined });
const byKind = new Map(SISYPHUS_KINDS.map((kind) => [kind, ajv.compile(kindSchema(kind))]));

/** What an independent reader of YAML finds in a text. */
const documentsIn = (text: string) => parseAllDocuments(text).map((one) => one.toJS());

/** Whether every document of a text fits the schema of any document, and that of its kind. */
function schemaAccepts(text: string): boolean {
  const results = documentsIn(text).map((document) => {
    const own: ValidateFunction | undefined = byKind.get(document?.kind);
    const fits = ofDocument(document);
    expect(ofLaterDraft(document)).toBe(fits);
    if (own !== undefined) expect(own(document)).toBe(fits);
    return fits;
  });
  return results.every(Boolean);
}

function programAccepts(text: string): boolean {
  return readSisyphusFile(text, 'index.yaml').every(({ errors }) => errors.length === 0);
}

const DEPLOYMENT = `
apiVersion: sisyphus/v1
kind: Deployment
metadata: {name: echo, labels: {a: b}, annotations: {}}
config:
  env: prod
  image: registry.example/echo_config:latest
  service: {ports: {http: {name: web, number: 80}}}
  variables: {token: {secretKeyRef: {name: tokens.v1, key: secret-token}}}
footprint: {east: {replicas: 3}, west: {}}
`;
const CRON_JOB = `
apiVersion: sisyphus/v1
kind: CronJob
metadata: {name: report}
config: {env: prod, image: report_config, schedule: 0 6 * * *, concurrencyPolicy: Forbid, restartPolicy: Never}
footprint: {east: {}, west: null}
`;
const KUBERNETES_YAML = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: data}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}
  - {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {k: v}}]}]}
  - {apiVersion: example.com/v1, kind: AllowList, metadata: {name: a}, items: [1]}
sources: [settings.yaml]
`;
const SISYPHUS_YAML = `
apiVersion: sisyphus/v1
kind: SisyphusYaml
sources: [more.yaml]
`;

/** Mistakes: a valid document, and what is written in place of what. */
const MISTAKES: readonly (readonly [document: string, right: string, wrong: string])[] = [
  [DEPLOYMENT, 'kind: Deployment', 'kind: Deploymnt'],
  [DEPLOYMENT, 'kind: Deployment', ''],
  [DEPLOYMENT, 'sisyphus/v1', 'sisyphus/v2'],
  [DEPLOYMENT, 'name: echo', 'name: Echo'],
  [DEPLOYMENT, 'name: echo', `name: ${'e'.repeat(64)}`],
  [DEPLOYMENT, 'name: echo', 'nam: echo'],
  [DEPLOYMENT, '{a: b}', '{a: 1}'],
  [DEPLOYMENT, 'env: prod', 'env: ""'],
  [DEPLOYMENT, 'env: prod', 'environment: prod'],
  [DEPLOYMENT, 'image: registry.example/echo_config:latest', ''],
  [DEPLOYMENT, 'number: 80', 'number: 65536'],
  [DEPLOYMENT, 'number: 80', 'number: "80"'],
  [DEPLOYMENT, 'name: web, ', 'name: web!, '],
  [DEPLOYMENT, 'name: tokens.v1', 'name: Tokens'],
  [DEPLOYMENT, 'key: secret-token', 'key: secret/token'],
  [DEPLOYMENT, 'secretKeyRef', 'configMapKeyRef'],
  [DEPLOYMENT, 'replicas: 3', 'replicas: -1'],
  [DEPLOYMENT, 'replicas: 3', 'replicas: 1.5'],
  [DEPLOYMENT, 'west: {}', 'west: null'],
  [DEPLOYMENT, 'footprint', 'footprints'],
  [CRON_JOB, 'name: report', `name: ${'r'.repeat(53)}`],
  [CRON_JOB, 'Forbid', 'Forbidden'],
  [CRON_JOB, 'Never', 'Always'],
  [CRON_JOB, 'schedule: 0 6 * * *, ', ''],
  [CRON_JOB, 'east: {}', 'east: {replicas: 1}'],
  [KUBERNETES_YAML, 'clusters: [east]', 'clusters: east'],
  [KUBERNETES_YAML, 'clusters: [east]', ''],
  [KUBERNETES_YAML, 'sources: [settings.yaml]', 'sources: [1]'],
  [KUBERNETES_YAML, 'kind: ConfigMap, ', ''],
  [KUBERNETES_YAML, 'kind: ConfigMap, metadata: {name: a}', 'kind: ConfigMap'],
  [KUBERNETES_YAML, 'metadata: {name: a}, data', 'metadata: {name: a/b}, data'],
  [KUBERNETES_YAML, 'v1, kind: ConfigMap', 'sisyphus/v1, kind: Deployment'],
  [KUBERNETES_YAML, 'stringData: {k: v}', 'stringData: {k: 1}'],
  [KUBERNETES_YAML, 'metadata: {name: s}', 'metadata: {}'],
  [SISYPHUS_YAML, 'sources: [more.yaml]', ''],
  [SISYPHUS_YAML, 'sources: [more.yaml]', 'sources: [more.yaml]\nclusters: [east]'],
];

describe('the JSON Schemas', () => {
  it.each([
    ['a Deployment', DEPLOYMENT],
    ['a CronJob', CRON_JOB],
    ['a KubernetesYaml', KUBERNETES_YAML],
    ['a SisyphusYaml', SISYPHUS_YAML],
    ['several documents, empty ones among them', `---\n---${DEPLOYMENT}---${SISYPHUS_YAML}`],
  ])('accept %s, as the program does', (_what, text) => {
    expect({ program: programAccepts(text), schema: schemaAccepts(text) }).toEqual({
      program: true,
      schema: true,
    });
  });

  it.each(MISTAKES)('refuse what the program refuses: %#', (document, right, wrong) => {
    expect(document).toContain(right);
    const text = document.replace(right, wrong);
    expect({ program: programAccepts(text), schema: schemaAccepts(text) }).toEqual({
      program: false,
      schema: false,
    });
  });

  it('accept the example', async () => {
    for (const folder of ['global', 'jobs', 'shop']) {
      const file = join(import.meta.dirname, '../../example/production', folder, 'index.yaml');
      expect(schemaAccepts(await readFile(file, 'utf8'))).toBe(true);
    }
  });

  it('describe every field', () => {
    const undescribed = SISYPHUS_KINDS.flatMap((kind) =>
      fieldsWithoutWords(kindSchema(kind), kind),
    );
    expect(undescribed).toEqual([]);
  });
});

/** The paths of all fields of a schema that has no description for them. */
function fieldsWithoutWords(schema: JsonValue | undefined, path: string): string[] {
  if (!isJsonObject(schema)) return [];
  const { properties, additionalProperties, items, anyOf } = schema;
  const branches = Array.isArray(anyOf) ? anyOf : [];
  const below = (field: JsonValue | undefined, name: string) => [
    ...(isJsonObject(field) && field.description === undefined ? [`${path}.${name}`] : []),
    ...fieldsWithoutWords(field, `${path}.${name}`),
  ];
  return [
    ...Object.entries((properties ?? {}) as JsonObject).flatMap(([name, field]) =>
      below(field, name),
    ),
    ...below(additionalProperties, '*'),
    ...fieldsWithoutWords(items, `${path}[]`),
    ...branches.flatMap((branch) => fieldsWithoutWords(branch, path)),
  ];
}
