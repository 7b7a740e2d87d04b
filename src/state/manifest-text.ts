import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { formatObject, type Manifest, type ObjectKey, type ObjectType } from '../model/object.ts';
import { mayHoldValues, withoutCopies, withoutValues } from './secrets.ts';

/** Reads the text of a manifest; throws on text that is neither JSON nor YAML. */
export type TextReader = (text: string) => unknown;

/** The column text of a manifest: JSON, which YAML readers take as well. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify(withoutCopies(manifest));
}

/**
 * A reader for the given column texts. JSON, which this program writes, needs no more than the
 * runtime; the YAML package is loaded only when a row of the Original is among them.
 */
export async function readerFor(texts: Iterable<string>): Promise<TextReader> {
  for (const text of texts) {
    if (!isJson(text)) return yamlReader();
  }
  return JSON.parse;
}

/**
 * Reads a manifest from a column of an object's row, without any value of a Secret.
 * @throws UserError `unreadable-record`, which names the row and holds nothing of its text
 */
export function readManifest(
  read: TextReader,
  { key, column, text }: { key: ObjectKey; column: string; text: string },
): Manifest {
  const value = tryRead(read, text);
  if (isManifest(value)) return withoutValues(key, value);
  throw new UserError(
    `The database's record of ${formatObject(key)} (${key.apiVersion}) in cluster ${key.cluster} cannot ` +
      `be read: its column ${column} holds no Kubernetes object as JSON or YAML.`,
    {
      code: 'unreadable-record',
      hint: 'Restore that row from a backup of the database, or drop it with sisyphus forget.',
    },
  );
}

/**
 * The text of a manifest as this program writes it, without any value of a Secret. What cannot be read
 * stays as it is, for a person to mend; but nothing is left of it where it may hold a value.
 */
export function cleanText(read: TextReader, key: ObjectType, text: string): string {
  const value = tryRead(read, text);
  if (isManifest(value)) return manifestText(withoutValues(key, value));
  return mayHoldValues(key, text) ? '' : text;
}

/** The parsers' own messages quote the text, which may hold a Secret's value, so they are dropped. */
function tryRead(read: TextReader, text: string): unknown {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** True for what could be an object of a Kubernetes API. */
export function isManifest(value: unknown): value is Manifest {
  if (!isJsonObject(value)) return false;
  const { apiVersion, kind, metadata }: JsonObject = value;
  return isText(apiVersion) && isText(kind) && isJsonObject(metadata) && isText(metadata.name);
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string';
}

function isJson(text: string): boolean {
  return text.startsWith('{');
}

async function yamlReader(): Promise<TextReader> {
  const { parseYaml } = await import('./yaml-text.ts');
  return (text) => (isJson(text) ? JSON.parse(text) : parseYaml(text));
}
