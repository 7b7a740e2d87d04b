import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import { below, type FieldSet, isLeaf, memberKeys, readOwnership } from './field-set.ts';
import { ownedMember } from './remove.ts';

/**
 * The part of an object that Sisyphus owns, as managed fields tell it: the nearest to what was sent
 * where that is not known. What names the object is always a part of it.
 */
export function ownedPart(object: Manifest): Manifest {
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  const { metadata, ...rest } = projectMap(object, readOwnership(object).own);
  const named = { name, ...(namespace !== undefined && { namespace }) };
  const own = isJsonObject(metadata) ? metadata : {};
  return { ...rest, apiVersion, kind, metadata: { ...own, ...named } };
}

function project(value: JsonValue, own: FieldSet): JsonValue {
  // A dot alone stands for the map itself, without any of its keys.
  if (isLeaf(own)) return Object.hasOwn(own, '.') && isJsonObject(value) ? {} : value;
  if (isJsonObject(value)) return projectMap(value, own);
  return Array.isArray(value) ? projectList(value, own) : value;
}

function projectMap(map: JsonObject, own: FieldSet): JsonObject {
  const entries = Object.entries(map).flatMap(([key, value]): [string, JsonValue][] => {
    const child = below(own, `f:${key}`);
    return child === undefined ? [] : [[key, project(value, child)]];
  });
  return Object.fromEntries(entries);
}

function projectList(list: readonly JsonValue[], own: FieldSet): JsonValue[] {
  return list.flatMap((element): JsonValue[] => {
    const member = ownedMember(own, element);
    const child = below(own, member ?? '');
    if (member === undefined || child === undefined) return [];
    const part = project(element, child);
    return [isJsonObject(part) ? { ...memberKeys(member), ...part } : part];
  });
}
