import type { JsonObject } from '../model/json.ts';
import { starlarkStubs } from '../render/stubs.ts';
import { documentSchema, kindSchema } from '../repository/json-schema.ts';
import { SISYPHUS_KINDS, type SisyphusKind } from '../repository/schema.ts';

/** What an editor can be told: any document, the documents of a kind, or the words of programs. */
export type DefinitionName = 'any' | SisyphusKind | 'starlark';

/** The names of all definitions. */
export const DEFINITION_NAMES: readonly DefinitionName[] = ['any', ...SISYPHUS_KINDS, 'starlark'];

/** A definition as text: a JSON Schema, or stubs of the words that programs have. */
export function definition(name: DefinitionName): string {
  if (name === 'starlark') return starlarkStubs();
  return print(name === 'any' ? documentSchema() : kindSchema(name));
}

/** Where each definition is published, below `schemas/`. */
export function definitionFile(name: DefinitionName): string {
  // A folder of Python stubs: that is how starlark-lsp takes builtins.
  if (name === 'starlark') return 'starlark/__init__.py';
  return name === 'any' ? 'sisyphus.schema.json' : `${name.toLowerCase()}.schema.json`;
}

function print(schema: JsonObject): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
