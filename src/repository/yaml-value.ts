import {
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { type Place, placeInList, placeUnder, readingIn } from './place.ts';
import { type Reading, resolvePlainScalar, type ScalarValue } from './plain-scalar.ts';
import { quote } from './quote.ts';

/** Takes what is wrong at an offset of the text. No value is ever told: it may be a secret's. */
export type Report = (code: string, offset: number, sentence: string) => void;

/** Where a node stands: what decides its reading, and how many collections are around it. */
interface Surroundings {
  /** For a node that is a map or list. */
  readonly place: Place;
  /** For a node that is a scalar. */
  readonly reading: Reading;
  readonly depth: number;
}

/** Nodes that the aliases of one document may add up to, copies of copies counted. */
const ALIASED_NODES_LIMIT = 100_000;
/** How many maps and lists may stand in one another, aliases followed. */
export const DEPTH_LIMIT = 200;

const TAG_PREFIX = 'tag:yaml.org,2002:';
const TEXT_TAGS = new Set(['!', `${TAG_PREFIX}str`]);
const COLLECTION_TAGS = new Set([`${TAG_PREFIX}map`, `${TAG_PREFIX}seq`]);
const VALUE_TAGS = new Map<string, (value: ScalarValue) => boolean>([
  [`${TAG_PREFIX}bool`, (value) => typeof value === 'boolean'],
  [`${TAG_PREFIX}float`, (value) => typeof value === 'number'],
  [`${TAG_PREFIX}int`, Number.isInteger],
  [`${TAG_PREFIX}null`, (value) => value === null],
]);

/**
 * Turns the nodes of one YAML document into JSON. The library could do so itself, but knows neither
 * the readings of kubectl and the Original side by side, nor a bound on depth. Keys are always the
 * text as written: to kubectl the key `y` is `true` and the key `1.10` is `1.1`, which nobody means
 * and the Original does not do.
 */
export class ValueBuilder {
  readonly #report: Report;
  readonly #anchors = new Map<string, ParsedNode>();
  /** The collections that are being built: an alias to one of them would have no end. */
  readonly #unfinished = new Set<ParsedNode>();
  #aliasedNodes = 0;
  #openAliases = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The value of a document's outermost node. What is reported leaves null in its place. */
  build(root: ParsedNode | null, place: Place): JsonValue {
    return this.#value(root, { place, reading: readingIn(place), depth: 0 });
  }

  /** The node that an alias stands for, once `build` has been there. */
  resolveAlias(node: ParsedNode | null | undefined): ParsedNode | null | undefined {
    return isAlias(node) ? this.#anchors.get(node.source) : node;
  }

  #value(node: ParsedNode | null, at: Surroundings): JsonValue {
    if (node === null) return null;
    if (this.#openAliases > 0) this.#aliasedNodes += 1;
    if (isAlias(node)) return this.#alias(node, at);
    this.#name(node);
    if (isScalar(node)) return this.#scalar(node, at.reading);
    if (node.tag !== undefined && !COLLECTION_TAGS.has(node.tag)) return this.#refuseTag(node);
    if (at.depth === DEPTH_LIMIT) {
      return this.#refuse(node, `More than ${DEPTH_LIMIT} maps and lists stand in one another.`);
    }
    this.#unfinished.add(node);
    const value = isMap(node) ? this.#map(node, at) : this.#list(node, at);
    this.#unfinished.delete(node);
    return value;
  }

  #list(node: YAMLSeq.Parsed, { place, depth }: Surroundings): JsonValue {
    const at = { place: placeInList(place), reading: readingIn(place), depth: depth + 1 };
    return node.items.map((item) => this.#value(item, at));
  }

  #map(node: YAMLMap.Parsed, at: Surroundings): JsonValue {
    const result: Record<string, JsonValue> = {};
    const explicit = new Set<string>();
    const depth = at.depth + 1;
    for (const pair of node.items) {
      if (isMergeKey(pair.key)) {
        this.#merge(result, pair.key, this.#value(pair.value, { ...at, depth }));
        continue;
      }
      const key = this.#key(pair.key);
      if (key === undefined) continue;
      if (explicit.has(key)) {
        const sentence = `The key ${quote(key)} is given a second time in the same map.`;
        this.#report('duplicate-key', pair.key.range[0], sentence);
      }
      explicit.add(key);
      const place = placeUnder(at.place, key, node);
      result[key] = this.#value(pair.value, { place, reading: readingIn(at.place, key), depth });
    }
    return result;
  }

  /** `<<: *other`: as in kubectl, what stands later in the map wins; in a list of maps, the earlier. */
  #merge(into: Record<string, JsonValue>, key: ParsedNode, merged: JsonValue): void {
    const maps: readonly JsonValue[] = Array.isArray(merged) ? merged.toReversed() : [merged];
    for (const map of maps) {
      if (isJsonObject(map)) Object.assign(into, map);
      else if (map !== null) this.#refuse(key, 'A merge key `<<` takes a map or a list of maps.');
    }
  }

  /** A key's text as written; undefined where it has none. */
  keyText(key: ParsedNode): string | undefined {
    const node = this.resolveAlias(key);
    const isText = isScalar(node) && (node.tag === undefined || TEXT_TAGS.has(node.tag));
    return isText ? textOf(node) : undefined;
  }

  #key(node: ParsedNode): string | undefined {
    const key = this.keyText(node);
    if (key === undefined) {
      this.#refuse(
        node,
        'A key must be text; put text that starts with `{`, `[`, `*` or `!` in quotes.',
      );
    } else if (key === '') {
      this.#refuse(node, 'A key is missing before the `:`.');
    } else if (key === '__proto__') {
      this.#refuse(node, 'The key `__proto__` is not allowed.');
    } else {
      this.#name(node);
      return key;
    }
    return undefined;
  }

  /** Keeps an anchor, but not again when an alias leads back to it: it may have a new owner. */
  #name(node: ParsedNode): void {
    if (this.#openAliases > 0 || isAlias(node) || node.anchor === undefined) return;
    this.#anchors.set(node.anchor, node);
  }

  #alias(node: ParsedNode & { source: string }, at: Surroundings): JsonValue {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      return this.#refuse(
        node,
        'This alias has no anchor before it; put text that starts with `*` in quotes.',
      );
    }
    if (this.#unfinished.has(target)) {
      return this.#refuse(
        node,
        'This alias stands inside the anchor that it names, so it has no end.',
      );
    }
    if (this.#aliasedNodes > ALIASED_NODES_LIMIT) return null;
    this.#openAliases += 1;
    const value = this.#value(target, at);
    this.#openAliases -= 1;
    if (this.#openAliases === 0 && this.#aliasedNodes > ALIASED_NODES_LIMIT) {
      this.#refuse(
        node,
        `The aliases of this document stand for more than ${ALIASED_NODES_LIMIT} values.`,
      );
    }
    return value;
  }

  #scalar(node: Scalar.Parsed, reading: Reading): JsonValue {
    const value = this.#scalarValue(node, reading);
    if (typeof value === 'bigint') {
      return this.#refuse(
        node,
        `This whole number is too large to be kept exactly (at most ${Number.MAX_SAFE_INTEGER}); put it in quotes if it is text, or add \`.0\` if it may be rounded.`,
      );
    }
    if (typeof value !== 'number') return value;
    if (!Number.isFinite(value)) {
      return this.#refuse(
        node,
        'Infinity and NaN do not exist in JSON; if this is text, put it in quotes.',
      );
    }
    return value === 0 ? 0 : value; // -0 is 0
  }

  #scalarValue(node: Scalar.Parsed, reading: Reading): ScalarValue {
    const text = textOf(node);
    if (node.tag === undefined) {
      return node.type === 'PLAIN' ? resolvePlainScalar(text, reading) : text;
    }
    if (TEXT_TAGS.has(node.tag)) return text;
    const fits = VALUE_TAGS.get(node.tag);
    if (fits === undefined) return this.#refuseTag(node);
    const value = resolvePlainScalar(text, reading);
    return fits(value) ? value : this.#refuse(node, 'This value does not fit its tag.');
  }

  #refuseTag(node: ParsedNode): null {
    return this.#refuse(
      node,
      'This tag is not supported; put text that starts with `!` in quotes.',
    );
  }

  #refuse(node: ParsedNode, sentence: string): null {
    this.#report('invalid-yaml', node.range[0], sentence);
    return null;
  }
}

/** In the failsafe schema every scalar is text. */
function textOf(node: Scalar.Parsed): string {
  return String(node.value);
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}
