import * as z from 'zod/mini';
import type { Located } from '../model/declaration.ts';
import { UserError } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { valueAt } from '../model/object.ts';
import type { SourcePosition } from '../model/position.ts';
import { type DeclarationBody, declarationBody } from './declaration-body.ts';
import { byPosition, explainIssues } from './explain.ts';
import { joinReads, type LocatedObject, readObject } from './objects.ts';
import { quote } from './quote.ts';
import {
  SCHEMAS,
  SISYPHUS_API_VERSION,
  SISYPHUS_KINDS,
  type SisyphusKind,
  SOURCE,
} from './schema.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';

/** One Sisyphus document as far as it can be read; what its sources hold is not in it yet. */
export interface SisyphusDocument {
  readonly position: SourcePosition;
  readonly errors: readonly UserError[];
  /** Kind and name are known even where the rest is wrong. */
  readonly kind?: SisyphusKind;
  readonly name?: string;
  /** Absent where the document is invalid or a SisyphusYaml. */
  readonly body?: DeclarationBody;
  /** The inline objects of a KubernetesYaml. */
  readonly objects: readonly LocatedObject[];
  /** The files that it names. */
  readonly sources: readonly Located<string>[];
}

const header = z.looseObject({
  apiVersion: z.literal(SISYPHUS_API_VERSION),
  kind: z.enum(SISYPHUS_KINDS),
});

/** Reads the Sisyphus documents of a file. Empty ones are left out. */
export function readSisyphusFile(content: string, file: string): SisyphusDocument[] {
  const documents: SisyphusDocument[] = [];
  for (const document of parseYaml(content, file, 'sisyphus-document')) {
    const errors = document.errors.length > 0 ? document.errors : checkHeader(document);
    if (errors.length > 0) {
      documents.push({ position: document.position(), errors, objects: [], sources: [] });
    } else if (document.value !== undefined) {
      documents.push(readDocument(document.value as JsonObject & { kind: SisyphusKind }, document));
    }
  }
  return documents;
}

function checkHeader(document: YamlDocument): readonly UserError[] {
  const { value } = document;
  if (value === undefined) return [];
  const apiVersion = valueAt(value, 'apiVersion');
  if (typeof apiVersion === 'string' && apiVersion !== SISYPHUS_API_VERSION) {
    const position = document.position(['apiVersion']);
    const hint =
      'Kubernetes objects belong in the objects or sources of a KubernetesYaml document.';
    const sentence = `Unknown apiVersion ${quote(apiVersion)}; expected \`${SISYPHUS_API_VERSION}\`.`;
    return [new UserError(sentence, { code: 'unknown-value', position, hint })];
  }
  const { error } = header.safeParse(value);
  return error === undefined ? [] : explainIssues(error.issues, header, document);
}

/** Checks everything that can be checked, so that all mistakes are told at once. */
function readDocument(
  value: JsonObject & { kind: SisyphusKind },
  document: YamlDocument,
): SisyphusDocument {
  const { kind } = value;
  const schema = SCHEMAS[kind];
  const { data, error } = schema.safeParse(value);
  const inline = kind === 'KubernetesYaml' && Array.isArray(value.objects) ? value.objects : [];
  const objects = joinReads(
    inline.map((object, index) => readObject(object, document, ['objects', index])),
  );
  const errors = [...explainIssues(error?.issues ?? [], schema, document), ...objects.errors].sort(
    byPosition,
  );
  const name = valueAt(value, 'metadata', 'name');
  return {
    position: document.position(),
    errors,
    kind,
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(data !== undefined && errors.length === 0 ? { body: declarationBody(data, document) } : {}),
    objects: objects.objects,
    sources: sourcesOf(value, document),
  };
}

function sourcesOf(value: JsonObject, document: YamlDocument): Located<string>[] {
  const { sources } = value;
  if (!Array.isArray(sources)) return [];
  return sources.flatMap((source, index) => {
    const { data } = SOURCE.safeParse(source);
    const position = document.position(['sources', index]);
    return data === undefined ? [] : [{ value: data, position }];
  });
}
