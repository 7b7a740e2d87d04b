import * as z from 'zod/mini';
import type { JsonObject } from '../model/json.ts';
import { KUBERNETES_OBJECT } from './objects.ts';
import {
  INLINE_OBJECT,
  SCHEMAS,
  SISYPHUS_API_VERSION,
  SISYPHUS_KINDS,
  type SisyphusKind,
} from './schema.ts';

/** The draft that the YAML language server of the editors knows best. */
const DRAFT = 'draft-07';
const DRAFT_URI = 'http://json-schema.org/draft-07/schema#';

/** The name of what `objects` holds. */
const OBJECT = 'KubernetesObject';

type Schema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of a kind's documents, for editors. */
export function kindSchema(kind: SisyphusKind): JsonObject {
  const schema = { $schema: DRAFT_URI, title: kind, ...convert(SCHEMAS[kind]) };
  if (kind !== 'KubernetesYaml') return schema;
  return { ...schema, definitions: { [OBJECT]: inlineObject() } };
}

/** The JSON Schema of any Sisyphus document, and so of each one of a file. */
export function documentSchema(): JsonObject {
  return {
    $schema: DRAFT_URI,
    title: 'A file of Sisyphus documents',
    // Empty documents are tolerated.
    type: ['object', 'null'],
    properties: {
      apiVersion: { const: SISYPHUS_API_VERSION, description: 'The version of these documents.' },
      kind: { enum: SISYPHUS_KINDS, description: 'What the document declares.' },
    },
    required: ['apiVersion', 'kind'],
    // A choice by kind makes better errors than oneOf, which lists those of all kinds.
    allOf: SISYPHUS_KINDS.map((kind) => ({
      if: { type: 'object', properties: { kind: { const: kind } }, required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
      then: { $ref: `#/definitions/${kind}` },
    })),
    definitions: {
      ...Object.fromEntries(SISYPHUS_KINDS.map((kind) => [kind, convert(SCHEMAS[kind])])),
      [OBJECT]: inlineObject(),
    },
  };
}

function convert(schema: z.ZodMiniType): JsonObject {
  const { $schema: _draft, ...converted } = z.toJSONSchema(schema, {
    target: DRAFT,
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === INLINE_OBJECT) jsonSchema.$ref = `#/definitions/${OBJECT}`;
      hoistDescription(jsonSchema);
    },
  });
  return converted as JsonObject;
}

/** Editors show what stands beside a choice, not what stands in its branches. */
function hoistDescription(schema: Schema): void {
  const described = schema.anyOf?.find((branch) => branch.description !== undefined);
  if (described?.description !== undefined) schema.description ??= described.description;
}

/** What `readObject` accepts: an object, or a list of objects. */
function inlineObject(): JsonObject {
  const object = {
    ...convert(KUBERNETES_OBJECT),
    not: { properties: { apiVersion: { const: SISYPHUS_API_VERSION } }, required: ['apiVersion'] },
    allOf: [secretOfText()],
  };
  const isList = {
    properties: {
      kind: { type: 'string', pattern: 'List$' },
      metadata: { not: { type: 'object', required: ['name'] } },
      items: { type: 'array' },
    },
    required: ['kind', 'items'],
  };
  return {
    description: 'A Kubernetes object, or a list of them.',
    type: 'object',
    if: isList,
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    then: { properties: { items: { items: { $ref: `#/definitions/${OBJECT}` } } } },
    else: object,
  };
}

/** A Secret's values are text. */
function secretOfText(): JsonObject {
  const entries = { type: ['object', 'null'], additionalProperties: { type: 'string' } };
  const isSecret = { apiVersion: { const: 'v1' }, kind: { const: 'Secret' } };
  return {
    if: { properties: isSecret, required: ['apiVersion', 'kind'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    then: { properties: { data: entries, stringData: entries } },
  };
}
