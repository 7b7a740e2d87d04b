import * as z from 'zod/mini';
import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { quote } from './quote.ts';
import { oneOf, suggest, suggestion } from './suggest.ts';
import type { Path, YamlDocument } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** What errors call the types that zod expects. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a whole number',
  object: 'a map',
  record: 'a map',
  string: 'text',
};

/**
 * Turns what a schema found in a document into errors with positions, in the order of the file.
 *
 * @param root The path in the document of the value that the schema was applied to. Sentences name
 *   fields from there.
 */
export function explainIssues(
  issues: readonly Issue[],
  schema: z.ZodMiniType,
  document: YamlDocument,
  root: Path = [],
): UserError[] {
  const explainer = new Explainer(schema, document, root);
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
  // A value of the wrong type may break other rules too; the first fault is the one to mend.
  const firstFaults = new Map<string, Issue>();
  for (const issue of issues) {
    const path = formatPath(issue.path);
    if (issue.code !== 'unrecognized_keys' && !firstFaults.has(path)) firstFaults.set(path, issue);
  }
  return [
    ...unknown.flatMap((issue) => explainer.unknownFields(issue)),
    ...[...firstFaults.values()].flatMap((issue) => explainer.other(issue)),
  ].sort(byPosition);
}

/** Orders errors of one file by where they are. */
export function byPosition(a: UserError, b: UserError): number {
  const line = (error: UserError) => error.position?.line ?? 0;
  const column = (error: UserError) => error.position?.column ?? 0;
  return line(a) - line(b) || column(a) - column(b);
}

class Explainer {
  readonly #schema: z.ZodMiniType;
  readonly #document: YamlDocument;
  readonly #root: Path;
  /** The fields that unknown ones were likely meant to be; that they are missing needs no words. */
  readonly #misspelt = new Set<string>();

  constructor(schema: z.ZodMiniType, document: YamlDocument, root: Path) {
    this.#schema = schema;
    this.#document = document;
    this.#root = root;
  }

  unknownFields({ path, keys }: z.core.$ZodIssueUnrecognizedKeys): UserError[] {
    const known = fieldsAt(this.#schema, path);
    return keys.map((key) => {
      const meant = suggest(key, known);
      if (meant !== undefined) this.#misspelt.add(formatPath([...path, meant]));
      const sentence = `Unknown field ${quote(key)}${suggestion(key, known)}`;
      return this.#error('unknown-field', sentence, [...path, key], 'key');
    });
  }

  other(issue: Issue): UserError[] {
    const { path } = issue;
    const found = valueAtPath(this.#document.value, [...this.#root, ...path]);
    if (found !== undefined) return [this.#invalid(issue, found)];
    if (this.#misspelt.has(formatPath(path))) return [];
    return [this.#error('missing-field', missingField(path), path.slice(0, -1))];
  }

  #invalid(issue: Issue, found: JsonValue): UserError {
    const { path } = issue;
    if (issue.code === 'invalid_value' && typeof found === 'string') {
      const advice = suggestion(found, issue.values.map(String));
      const sentence = `Unknown ${String(path.at(-1))} ${quote(found)}${advice}`;
      return this.#error('unknown-value', sentence, path);
    }
    const where = path.length === 0 ? 'This value' : quote(formatPath(path));
    return this.#error('invalid-field', `${where}: ${fault(issue, found)}`, path);
  }

  #error(code: string, sentence: string, path: Path, part?: 'key' | 'value'): UserError {
    const position = this.#document.position([...this.#root, ...path], part);
    return new UserError(sentence, { code, position });
  }
}

/** What is wrong with a value, which is never told itself: it may be a secret's. */
function fault(issue: Issue, found: JsonValue): string {
  if (issue.code === 'invalid_type') return wrongType(issue.expected, found);
  if (issue.code !== 'invalid_value') return issue.message;
  return `expected ${oneOf(issue.values.map(String))}, found ${typeName(found)}.`;
}

function missingField(path: Path): string {
  const parent = path.length > 1 ? ` in ${quote(formatPath(path.slice(0, -1)))}` : '';
  return `The field \`${String(path.at(-1))}\` is missing${parent}.`;
}

/**
 * Ends a sentence about a value of the wrong type, without the value.
 *
 * @param expected zod's name of the type.
 */
export function wrongType(expected: string, found: JsonValue): string {
  const name = TYPE_NAMES[expected] ?? expected;
  if (expected === 'int' && typeof found === 'number') return `expected ${name}, found a fraction.`;
  const isUnquoted = name === 'text' && (typeof found === 'boolean' || typeof found === 'number');
  const advice = isUnquoted ? '; put it in quotes' : '';
  return `expected ${name}, found ${typeName(found)}${advice}.`;
}

/** Writes a path as a person would, such as `config.service.ports.http.number` or `sources[2]`. */
function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]+$/.test(String(step))) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${String(step)}`;
    })
    .join('');
}

function typeName(value: JsonValue): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return isJsonObject(value) ? 'a map' : 'a list';
  return `a ${typeof value}`;
}

/** Names the fields of the map at a path of a schema. */
function fieldsAt(schema: z.ZodMiniType, path: Path): readonly string[] {
  let current: z.core.$ZodType | undefined = schema;
  for (const step of [...path, undefined]) {
    while (current instanceof z.ZodMiniOptional || current instanceof z.ZodMiniNullable) {
      current = current._zod.def.innerType;
    }
    if (step === undefined) break;
    if (current instanceof z.ZodMiniObject) current = current.shape[String(step)];
    else if (current instanceof z.ZodMiniRecord) current = current._zod.def.valueType;
  }
  return current instanceof z.ZodMiniObject ? Object.keys(current.shape) : [];
}

function valueAtPath(root: JsonValue | undefined, path: Path): JsonValue | undefined {
  let current = root;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (!Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PropertyKey, JsonValue>)[step];
  }
  return current;
}
