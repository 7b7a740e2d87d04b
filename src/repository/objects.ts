import * as z from 'zod/mini';
import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import type { SourcePosition } from '../model/position.ts';
import { byPosition, explainIssues, wrongType } from './explain.ts';
import { SISYPHUS_API_VERSION } from './schema.ts';
import { type Path, parseYaml, type YamlDocument } from './yaml-document.ts';

/** A Kubernetes object and where it stands. */
export interface LocatedObject {
  readonly value: Manifest;
  readonly position: SourcePosition;
  readonly namespacePosition: SourcePosition;
}

/** The objects of a file, or of the inline `objects`, and what is wrong with the others. */
export interface ReadObjects {
  readonly objects: readonly LocatedObject[];
  readonly errors: readonly UserError[];
}

const text = (description: string) =>
  z.string().check(z.minLength(1, 'must not be empty.'), z.describe(description));

/** What every object must have, and no more: the API server knows the rest better. */
export const KUBERNETES_OBJECT = z.looseObject({
  apiVersion: text('The group and version of its type, as `apps/v1`.'),
  kind: text('The kind of its type.'),
  metadata: z
    .looseObject({
      // What may be a part of a path of the API (apimachinery, IsValidPathSegmentName).
      name: text('Its name.').check(
        z.regex(
          /^(?!\.\.?$)[^/%\p{C}]*$/u,
          'expected a name without `/`, `%` and control characters.',
        ),
      ),
      namespace: z.optional(
        z
          .string()
          .check(z.describe('Its namespace: only in the folder `global`, else the folder is it.')),
      ),
    })
    .check(z.describe('Names the object, and what it carries.')),
});

/** Reads a file of Kubernetes objects, YAML or JSON. Empty documents are left out. */
export function readObjectsFile(content: string, file: string): ReadObjects {
  const reads: ReadObjects[] = [];
  for (const document of parseYaml(content, file, 'kubernetes')) {
    reads.push({ objects: [], errors: document.errors });
    if (document.value !== undefined) reads.push(readObject(document.value, document, []));
  }
  return joinReads(reads);
}

/** Reads one object of a document, or the items where it is a List, as kubectl does. */
export function readObject(value: JsonValue, document: YamlDocument, path: Path): ReadObjects {
  const items = listItems(value);
  if (items !== undefined) {
    return joinReads(
      items.map((item, index) => readObject(item, document, [...path, 'items', index])),
    );
  }
  if (isJsonObject(value) && value.apiVersion === SISYPHUS_API_VERSION) {
    const error = new UserError('A Sisyphus document cannot stand among Kubernetes objects.', {
      code: 'invalid-object',
      position: document.position(path),
      hint: 'Name its file in the sources of a SisyphusYaml document instead.',
    });
    return { objects: [], errors: [error] };
  }
  const { error } = KUBERNETES_OBJECT.safeParse(value);
  const errors = [
    ...explainIssues(error?.issues ?? [], KUBERNETES_OBJECT, document, path),
    ...checkSecret(value, document, path),
  ].sort(byPosition);
  if (errors.length > 0) return { objects: [], errors };
  const object = {
    value: value as Manifest,
    position: document.position(path),
    namespacePosition: document.position([...path, 'metadata', 'namespace']),
  };
  return { objects: [object], errors: [] };
}

/** Puts several reads together, in their order. */
export function joinReads(reads: readonly ReadObjects[]): ReadObjects {
  return {
    objects: reads.flatMap(({ objects }) => objects),
    errors: reads.flatMap(({ errors }) => errors),
  };
}

function listItems(value: JsonValue): readonly JsonValue[] | undefined {
  if (!isJsonObject(value) || !String(value.kind).endsWith('List')) return undefined;
  // A list has no name; a custom resource of a kind such as AllowList has one.
  if (isJsonObject(value.metadata) && value.metadata.name !== undefined) return undefined;
  return Array.isArray(value.items) ? value.items : undefined;
}

/** The fields of a Secret beside its metadata, by the type that the API server takes. */
const SECRET_FIELDS: Readonly<Record<string, 'record' | 'boolean' | 'string'>> = {
  data: 'record',
  immutable: 'boolean',
  stringData: 'record',
  type: 'string',
};

/**
 * Refuses what the API server cannot read in a Secret, because its own words about one are never shown:
 * they may quote values. Nor is a key named here: a misplaced `?` or `:` can make a value one.
 */
function checkSecret(value: JsonValue, document: YamlDocument, path: Path): UserError[] {
  if (!isJsonObject(value) || value.apiVersion !== 'v1' || value.kind !== 'Secret') return [];
  return Object.entries(SECRET_FIELDS).flatMap(([field, expected]) => {
    const refuse = (wanted: string, found: JsonValue, at: Path) => {
      const position = document.position([...path, field, ...at]);
      const sentence = `\`${field}\`: ${wrongType(wanted, found)}`;
      return new UserError(sentence, { code: 'invalid-field', position });
    };
    const content = value[field] ?? undefined;
    if (content === undefined) return [];
    if (expected !== 'record') {
      return typeof content === expected ? [] : [refuse(expected, content, [])];
    }
    if (!isJsonObject(content)) return [refuse(expected, content, [])];
    return Object.entries(content)
      .filter(([, entry]) => typeof entry !== 'string')
      .map(([key, entry]) => refuse('string', entry, [key]));
  });
}
