import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from '../model/json.ts';
import type { Manifest } from '../model/object.ts';
import type { FieldChange } from '../model/plan.ts';
import { compareSet } from './compare-set.ts';
import { below, isLeaf, listShape, readOwnership } from './field-set.ts';
import { type Before, type Node, othersBelow } from './node.ts';
import { isQuantityPath, isSameQuantity } from './quantity.ts';
import { elementName, ownedMember, removeOwned } from './remove.ts';

/** The known copies of an object that its desired manifest is compared with. */
export interface Known {
  /** What was last sent; undefined for adopted and imported objects. */
  readonly sent?: Manifest;
  /** What the API server answered then. */
  readonly answer: Manifest;
  /** What the cluster holds now, where it was read. */
  readonly live?: Manifest;
}

/** The fields that differ, and the object before and after without what neither side is about. */
export interface Comparison {
  readonly fields: readonly FieldChange[];
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/**
 * Compares a desired manifest with what is known of the object. A field differs when the cluster's
 * value is another one, unless the same value was sent before and the cluster's has not changed
 * since: then the server rewrote it, and sending it again would change nothing. A field that
 * Sisyphus owns and that is no longer desired is removed; a field that it never owned is ignored.
 */
export function compare(desired: Manifest, known: Known): Comparison {
  const current = known.live ?? known.answer;
  const { own, others, shape } = readOwnership(current);
  const fields: FieldChange[] = [];
  const { sent, answer } = known;
  const isSentKnown = sent !== undefined;
  const root = { desired, sent, isSentKnown, current, answer, own, others, shape, path: [] };
  const before = compareNode(root, fields) ?? {};
  return { fields, before, after: desired };
}

/** Compares one node and adds what differs to `changes`. */
function compareNode(node: Node, changes: FieldChange[]): Before {
  const { desired, current } = node;
  if (isSettled(node)) return desired;
  if (isJsonObject(desired) && (current === undefined || isJsonObject(current))) {
    return compareMap(node, desired, current, changes);
  }
  if (Array.isArray(desired) && Array.isArray(current)) {
    const shape = listShape(node.shape);
    if (shape.type === 'keyed' && desired.every(isJsonObject)) {
      return compareKeyedList(node, desired, current, shape.keys, changes);
    }
    if (shape.type === 'set') return compareSet(node, desired, current, changes);
  }
  return compareLeaf(node, changes);
}

function compareMap(
  node: Node,
  desired: JsonObject,
  current: JsonObject | undefined,
  changes: FieldChange[],
): Before {
  const before: Record<string, JsonValue> = {};
  for (const key of Object.keys(desired)) {
    const shown = compareNode(childNode(node, key, desired[key] as JsonValue), changes);
    if (shown !== undefined) before[key] = shown;
  }
  for (const key of Object.keys(current ?? {})) {
    if (Object.hasOwn(desired, key)) continue;
    const own = below(node.own, `f:${key}`) ?? (isReplaced(node, key) ? {} : undefined);
    if (own === undefined) continue;
    const others = othersBelow(node.others, `f:${key}`);
    const path = [...node.path, key];
    const shown = removeOwned({ current: current?.[key], own, others, path }, changes);
    if (shown !== undefined) before[key] = shown;
  }
  if (current !== undefined || Object.keys(before).length > 0) return before;
  return Object.keys(desired).length > 0 ? undefined : compareLeaf(node, changes);
}

/** What servers fill into maps that are replaced as a whole (fieldRef, resourceFieldRef). */
const FILLED_IN = ['apiVersion', 'divisor'];

/** Whether a key goes with the whole map, because Sisyphus owns that and nobody looks inside. */
function isReplaced({ own, shape, path, sent, isSentKnown }: Node, key: string): boolean {
  if (own === undefined || path.length === 0 || !isLeaf(own)) return false;
  if (shape !== undefined && !isLeaf(shape)) return false;
  return isSentKnown ? childOf(sent, key) !== undefined : !FILLED_IN.includes(key);
}

function childNode(node: Node, key: string, desired: JsonValue): Node {
  const field = `f:${key}`;
  return {
    desired,
    sent: childOf(node.sent, key),
    isSentKnown: node.isSentKnown,
    current: childOf(node.current, key),
    answer: childOf(node.answer, key),
    own: below(node.own, field),
    others: othersBelow(node.others, field),
    shape: below(node.shape, field),
    path: [...node.path, key],
  };
}

function childOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Compares a value that is replaced as a whole: a scalar, an atomic list, a value of another type. */
function compareLeaf(node: Node, changes: FieldChange[]): Before {
  const { path, desired, sent, current, answer } = node;
  if (isNothing(desired) && isNothing(current)) return desired;
  if (jsonEqual(current, desired)) {
    if (!isNew(node)) return desired;
    changes.push({ path, effect: 'claim', managers: [] });
    return undefined;
  }
  if (!node.isSentKnown && covers(current, desired, path)) return desired;
  const managers = node.others.map((other) => other.manager);
  const effect = current === undefined ? 'add' : 'change';
  changes.push({ path, effect, managers, ...(current !== undefined && { current }) });
  return sent !== undefined && jsonEqual(current, answer) ? sent : current;
}

/** Sent before and as the server left it then: sending it again would change nothing. */
function isSettled({ desired, sent, current, answer }: Node): boolean {
  return sent !== undefined && jsonEqual(sent, desired) && jsonEqual(current, answer);
}

/** A field that the repository sets from now on, to the value that it has already. */
function isNew({ sent, isSentKnown, own }: Node): boolean {
  return isSentKnown && sent === undefined && own === undefined;
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null;
}

/**
 * Whether a value is the desired one plus what a server fills in, or another spelling of it. Only asked
 * where it is not known what was sent, so that an adopted object's defaults do not look like changes.
 */
function covers(
  current: JsonValue | undefined,
  desired: JsonValue,
  path: readonly string[],
): boolean {
  if (current === undefined) return isEmpty(desired);
  if (Array.isArray(desired)) {
    return (
      Array.isArray(current) &&
      current.length === desired.length &&
      desired.every((item, index) => covers(current[index], item, path))
    );
  }
  if (isJsonObject(desired)) {
    return (
      isJsonObject(current) &&
      Object.entries(desired).every(([key, value]) => covers(current[key], value, [...path, key]))
    );
  }
  return jsonEqual(current, desired) || (isQuantityPath(path) && isSameQuantity(current, desired));
}

/**
 * Compares a list whose elements the API server tells apart by key fields (containers by name,
 * ports by number and protocol): elements that others added are not ours to see.
 */
function compareKeyedList(
  node: Node,
  desired: readonly JsonObject[],
  current: readonly JsonValue[],
  keys: readonly string[],
  changes: FieldChange[],
): Before {
  const inCurrent = matcher(current, keys);
  const inSent = matcher(listOf(node.sent), keys);
  const inAnswer = matcher(listOf(node.answer), keys);
  const drifted = !jsonEqual(node.current, node.answer);
  const shown: Shown[] = [];
  const taken = new Set<number>();
  for (const element of desired) {
    const currentMatch = inCurrent(element);
    const sentMatch = inSent(element);
    if (currentMatch !== undefined) taken.add(currentMatch.index);
    const child = elementNode(node, element, currentMatch?.value ?? element, keys, {
      sent: sentMatch?.value,
      current: currentMatch?.value,
      answer: inAnswer(element)?.value,
    });
    const value = compareNode(child, changes);
    const index = (drifted ? undefined : sentMatch?.index) ?? currentMatch?.index;
    if (value !== undefined) shown.push({ value, index: index ?? current.length });
  }
  if (shown.some(({ index }, i) => i > 0 && index < (shown[i - 1]?.index ?? 0))) {
    changes.push({ path: [...node.path, '[order]'], effect: 'change', managers: [] });
  }
  const wasSent = drifted ? () => undefined : inSent;
  const removed = removeUnmatched(node, current, taken, wasSent, changes);
  return [...shown, ...removed].sort((a, b) => a.index - b.index).map(({ value }) => value);
}

/** An element as it was before, and where in the list. */
interface Shown {
  readonly value: JsonValue;
  readonly index: number;
}

type Match = (
  element: JsonObject,
) => { readonly value: JsonObject; readonly index: number } | undefined;

function removeUnmatched(
  node: Node,
  current: readonly JsonValue[],
  taken: ReadonlySet<number>,
  wasSent: Match,
  changes: FieldChange[],
): Shown[] {
  return current.flatMap((value, index) => {
    const member = taken.has(index) ? undefined : ownedMember(node.own, value);
    if (member === undefined) return [];
    const others = othersBelow(node.others, member);
    const own = others.length === 0 ? {} : (below(node.own, member) ?? {});
    const path = [...node.path, elementName(member)];
    const shown = removeOwned({ current: value, own, others, path }, changes);
    if (shown === undefined) return [];
    const sent = isJsonObject(value) && others.length === 0 ? wasSent(value) : undefined;
    return [sent ?? { value: shown, index }];
  });
}

function elementNode(
  node: Node,
  desired: JsonObject,
  identity: JsonValue,
  keys: readonly string[],
  copies: Pick<Node, 'sent' | 'current' | 'answer'>,
): Node {
  const member = ownedMember(node.shape, identity);
  const values = keys.map((key) => [key, desired[key] ?? null]);
  const name = member ?? `k:${JSON.stringify(Object.fromEntries(values))}`;
  return {
    desired,
    ...copies,
    isSentKnown: node.isSentKnown,
    own: below(node.own, name),
    others: othersBelow(node.others, name),
    shape: below(node.shape, name),
    path: [...node.path, elementName(name)],
  };
}

/** Finds elements by key fields; one that the desired element leaves out (a default) fits any. */
function matcher(list: readonly JsonValue[], keys: readonly string[]): Match {
  const taken = new Set<number>();
  return (element) => {
    for (const [index, value] of list.entries()) {
      if (taken.has(index) || !isJsonObject(value)) continue;
      const fits = keys.every((key) => element[key] === undefined || element[key] === value[key]);
      if (!fits) continue;
      taken.add(index);
      return { value, index };
    }
    return undefined;
  };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && (value === null || Object.keys(value).length === 0);
}
