import { isScalar, type YAMLMap } from 'yaml';
import type { Reading } from './plain-scalar.ts';

/**
 * What a map or list is part of, as far as it decides how unquoted text below it is read.
 *
 * Sisyphus' own documents are read as the Original reads them, Kubernetes objects (sources and the
 * inline `objects`) as kubectl does. One exception: kubectl turns the unquoted `yes` in a
 * ConfigMap's `data: {DEBUG: yes}` into a boolean, which every API server then refuses, because a
 * ConfigMap holds text; the Original keeps the word. So where the Kubernetes API accepts nothing
 * but text, objects are read as the Original does: what kubectl can apply comes out the same, and
 * the Original's files work unchanged.
 */
export type Place =
  | 'sisyphus-document'
  | 'sisyphus'
  | 'kubernetes'
  | 'text-entries'
  | 'environment'
  | 'environment-variable';

const KEYS_OF_TEXT_ENTRIES = new Set([
  'annotations',
  'args',
  'binaryData',
  'command',
  'labels',
  'matchLabels',
  'nodeSelector',
  'stringData',
]);
const KINDS_WITH_TEXT_DATA = new Set<unknown>(['ConfigMap', 'Secret']);

/** How unquoted text in a collection is read; `key` is its key where the collection is a map. */
export function readingIn(place: Place, key?: string): Reading {
  if (place === 'environment-variable') return key === 'value' ? 'sisyphus' : 'kubernetes';
  return place === 'kubernetes' || place === 'environment' ? 'kubernetes' : 'sisyphus';
}

/** The place of a collection that stands under `key` in the map `parent`. */
export function placeUnder(place: Place, key: string, parent: YAMLMap): Place {
  if (place === 'sisyphus') return 'sisyphus';
  if (place === 'sisyphus-document') return key === 'objects' ? 'kubernetes' : 'sisyphus';
  if (KEYS_OF_TEXT_ENTRIES.has(key)) return 'text-entries';
  if (key === 'env') return 'environment';
  return key === 'data' && hasTextData(parent) ? 'text-entries' : 'kubernetes';
}

/** The place of a collection that is an item of a list. */
export function placeInList(list: Place): Place {
  if (list === 'environment') return 'environment-variable';
  return list === 'sisyphus' ? 'sisyphus' : 'kubernetes';
}

function hasTextData(object: YAMLMap): boolean {
  return object.items.some(
    ({ key, value }) =>
      isScalar(key) &&
      key.value === 'kind' &&
      isScalar(value) &&
      KINDS_WITH_TEXT_DATA.has(value.value),
  );
}
