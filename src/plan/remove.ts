import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { FieldChange } from '../model/plan.ts';
import { below, type FieldSet, isLeaf, listShape, memberKeys } from './field-set.ts';
import { type Before, type OtherFields, othersBelow } from './node.ts';

interface Removal {
  readonly current: JsonValue | undefined;
  readonly own: FieldSet;
  readonly others: readonly OtherFields[];
  readonly path: readonly string[];
}

/**
 * Fields whose value stays when Sisyphus lets them go, because something else is meant to set them
 * from then on. Dropping them from a server-side apply would reset them to the default.
 */
const HANDED_OVER = ['spec.replicas'];

/**
 * Removes what Sisyphus owns of a value that is no longer desired. What another manager owns as
 * well stays in the cluster and is only released.
 *
 * @returns the part that goes away
 */
export function removeOwned(removal: Removal, changes: FieldChange[]): Before {
  const { current, own } = removal;
  if (current === undefined) return undefined;
  if (!isLeaf(own)) {
    if (isJsonObject(current)) return removeFromMap(removal, current, changes);
    if (Array.isArray(current)) return removeFromList(removal, current, changes);
  }
  return removeValue(removal, current, changes);
}

function removeValue(
  { others, path }: Removal,
  current: JsonValue,
  changes: FieldChange[],
): Before {
  const managers = others.map((other) => other.manager);
  if (managers.length > 0) {
    changes.push({ path, effect: 'release', managers });
    return undefined;
  }
  if (HANDED_OVER.includes(path.join('.'))) {
    changes.push({ path, effect: 'handover', managers });
    return undefined;
  }
  changes.push({ path, effect: 'remove', managers, current });
  return current;
}

function removeFromMap(removal: Removal, current: JsonObject, changes: FieldChange[]): Before {
  const before: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(current)) {
    const own = below(removal.own, `f:${key}`);
    if (own === undefined) continue;
    const others = othersBelow(removal.others, `f:${key}`);
    const path = [...removal.path, key];
    const shown = removeOwned({ current: value, own, others, path }, changes);
    if (shown !== undefined) before[key] = shown;
  }
  return Object.keys(before).length === 0 ? undefined : before;
}

function removeFromList(
  removal: Removal,
  current: readonly JsonValue[],
  changes: FieldChange[],
): Before {
  const before: JsonValue[] = [];
  for (const value of current) {
    const member = ownedMember(removal.own, value);
    if (member === undefined) continue;
    const own = below(removal.own, member) ?? {};
    const others = othersBelow(removal.others, member);
    const path = [...removal.path, elementName(member)];
    const whole = { current: value, own: others.length === 0 ? {} : own, others, path };
    const shown = removeOwned(whole, changes);
    if (shown !== undefined) before.push(shown);
  }
  return before.length === 0 ? undefined : before;
}

/** The member of a field set (`k:{…}` or `v:…`) that stands for an element of a list. */
export function ownedMember(set: FieldSet | undefined, element: JsonValue): string | undefined {
  if (set === undefined) return undefined;
  if (listShape(set).type === 'set') {
    const member = `v:${JSON.stringify(element)}`;
    return Object.hasOwn(set, member) ? member : undefined;
  }
  return Object.keys(set).find((member) => {
    if (!member.startsWith('k:') || !isJsonObject(element)) return false;
    const keys = Object.entries(memberKeys(member));
    return keys.length > 0 && keys.every(([key, value]) => element[key] === value);
  });
}

/** Prints a member for a path: `[name=echo]`. */
export function elementName(member: string): string {
  if (member.startsWith('v:')) return `[${member.slice(2)}]`;
  const keys = Object.entries(memberKeys(member));
  return `[${keys.map(([key, value]) => `${key}=${String(value)}`).join(',')}]`;
}
