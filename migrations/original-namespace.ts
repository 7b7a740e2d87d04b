import { FIELD_MANAGER } from '../src/model/field-manager.ts';
import { isJsonObject, type JsonValue } from '../src/model/json.ts';
import { valueAt } from '../src/model/object.ts';
import { isManifest } from '../src/state/manifest-text.ts';

/** How long a push of the Original may have taken from a Namespace's creation to its record. */
const PUSH_MS = 3_600_000;

/**
 * Whether the Original brought a Namespace into being. It applied nothing but a name, which leaves no
 * trace in managed fields. Everybody else does leave one: whoever creates a Namespace by POST owns the
 * label with its name, and whoever applies one with labels owns these since the second in which it was
 * created. Only an apply of a name alone looks the same; then the record is younger than the Namespace.
 *
 * @param text of the record, as this program writes it
 * @param recordedAt when it was made, ISO 8601
 */
export function isBornByOriginal(text: string, recordedAt: string): boolean {
  const namespace = parse(text);
  const bornMs = Date.parse(String(valueAt(namespace, 'metadata', 'creationTimestamp')));
  if (!(Math.abs(Date.parse(recordedAt) - bornMs) <= PUSH_MS)) return false;
  const entries = valueAt(namespace, 'metadata', 'managedFields') ?? [];
  if (!Array.isArray(entries)) return false;
  const others = entries.filter((entry) => valueAt(entry, 'manager') !== FIELD_MANAGER);
  return !others.some((entry) => isCreator(entry, bornMs));
}

function isCreator(entry: JsonValue, bornMs: number): boolean {
  const labels = valueAt(entry, 'fieldsV1', 'f:metadata', 'f:labels');
  if (isJsonObject(labels) && Object.hasOwn(labels, 'f:kubernetes.io/metadata.name')) return true;
  return !(Date.parse(String(valueAt(entry, 'time'))) > bornMs);
}

function parse(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
