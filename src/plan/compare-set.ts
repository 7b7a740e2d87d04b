import { type JsonValue, jsonEqual } from '../model/json.ts';
import type { FieldChange } from '../model/plan.ts';
import { type Before, type Node, othersBelow } from './node.ts';
import { elementName, ownedMember, removeOwned } from './remove.ts';

/** Compares a list that the API server treats as a set of values (finalizers, for one). */
export function compareSet(
  node: Node,
  desired: readonly JsonValue[],
  current: readonly JsonValue[],
  changes: FieldChange[],
): Before {
  const holds = (list: readonly JsonValue[], value: JsonValue) =>
    list.some((other) => jsonEqual(other, value));
  for (const value of desired) {
    if (holds(current, value)) continue;
    const path = [...node.path, `[${JSON.stringify(value)}]`];
    changes.push({ path, effect: 'add', managers: [] });
  }
  return current.flatMap((value): JsonValue[] => {
    if (holds(desired, value)) return [value];
    const member = ownedMember(node.own, value);
    if (member === undefined) return [];
    const others = othersBelow(node.others, member);
    const path = [...node.path, elementName(member)];
    const shown = removeOwned({ current: value, own: {}, others, path }, changes);
    return shown === undefined ? [] : [shown];
  });
}
