import {
  Composer,
  type CST,
  type Document,
  isMap,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  type ParsedNode,
  Parser,
  type YAMLMap,
  YAMLParseError,
} from 'yaml';
import { UserError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import type { SourcePosition } from '../model/position.ts';
import type { Place } from './place.ts';
import { explainSyntaxError } from './yaml-syntax.ts';
import { DEPTH_LIMIT, ValueBuilder } from './yaml-value.ts';

/** Keys and list indexes from a document's root to a value in it. */
export type Path = readonly PropertyKey[];

/** Offsets into a file's text as positions that a person can use. */
type Locate = (offset: number) => SourcePosition;

type ParsedDocument = Pick<Document.Parsed, 'contents' | 'errors'>;
type MapEntry = Pair<ParsedNode, ParsedNode | null>;

/** One document of a YAML file: its value as JSON, and where each part of it stands. */
export class YamlDocument {
  /** Undefined where the document is empty or has errors. */
  readonly value: JsonValue | undefined;
  readonly errors: readonly UserError[];
  readonly #root: ParsedNode | null;
  readonly #values: ValueBuilder;
  readonly #locate: Locate;
  readonly #entriesOf = new Map<YAMLMap, ReadonlyMap<PropertyKey, MapEntry>>();

  constructor(document: ParsedDocument, place: Place, locate: Locate) {
    const errors: UserError[] = [];
    const report = (code: string, offset: number, sentence: string) =>
      errors.push(new UserError(sentence, { code, position: locate(offset) }));
    this.#root = document.contents;
    this.#locate = locate;
    this.#values = new ValueBuilder(report);
    this.errors = errors;
    // One mistake makes the parser stumble several times; only the first one helps.
    const [syntaxError] = document.errors;
    if (syntaxError !== undefined) {
      report('invalid-yaml', syntaxError.pos[0], explainSyntaxError(syntaxError));
      return;
    }
    const value = this.#values.build(this.#root, place);
    if (errors.length === 0 && value !== null) this.value = value;
  }

  /**
   * Where the value at `path` starts, or its key. For what is not written out (a missing field, a
   * merged key, an empty value) the nearest thing around it that is.
   */
  position(path: Path = [], part: 'key' | 'value' = 'value'): SourcePosition {
    let node = this.#root;
    let offset = node?.range[0] ?? 0;
    for (const [index, step] of path.entries()) {
      const child = this.#child(node, step);
      if (child === undefined) break;
      const wantsKey = part === 'key' && index === path.length - 1;
      const isEmpty = child.value === null || child.value.range[0] === child.value.range[1];
      offset = (wantsKey || isEmpty ? child.key : child.value)?.range[0] ?? offset;
      node = child.value;
    }
    return this.#locate(offset);
  }

  #child(
    parent: ParsedNode | null,
    step: PropertyKey,
  ): Pick<MapEntry, 'key' | 'value'> | undefined {
    const node = this.#values.resolveAlias(parent);
    if (isSeq<ParsedNode>(node)) {
      const value = node.items[Number(step)];
      return value === undefined ? undefined : { key: value, value };
    }
    return isMap<ParsedNode, ParsedNode | null>(node) ? this.#entries(node).get(step) : undefined;
  }

  /** A map's entries by key, kept because a map may be large and asked often. */
  #entries(map: YAMLMap<ParsedNode, ParsedNode | null>): ReadonlyMap<PropertyKey, MapEntry> {
    const known = this.#entriesOf.get(map);
    if (known !== undefined) return known;
    const entries = new Map<PropertyKey, MapEntry>();
    for (const entry of map.items) entries.set(this.#values.keyText(entry.key) ?? '', entry);
    this.#entriesOf.set(map, entries);
    return entries;
  }
}

/**
 * Reads the documents of a YAML (or JSON) text, one by one, so that the nodes of one can go before
 * the next is read.
 *
 * @param file How positions name the file.
 */
export function* parseYaml(text: string, file: string, place: Place): Generator<YamlDocument> {
  const lines = new LineCounter();
  const locate = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  // The failsafe schema leaves every scalar text; duplicate keys are found by ValueBuilder, in
  // linear time.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, resolveKnownTags: false });
  try {
    for (const document of composer.compose(tokenize(text, lines), true, text.length)) {
      yield new YamlDocument(document, place, locate);
    }
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    yield new YamlDocument({ contents: null, errors: [error] }, place, locate);
  }
}

/**
 * What `Parser.parse` does, with a bound on depth: parser and composer recurse, and a stack that
 * overflows inside a regular expression takes the whole process down.
 *
 * @throws YAMLParseError where the text is nested too deeply.
 */
function* tokenize(text: string, lines: LineCounter): Generator<CST.Token> {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > DEPTH_LIMIT) {
      throw new YAMLParseError([parser.offset, parser.offset], 'RESOURCE_EXHAUSTION', '');
    }
  }
  yield* parser.end();
}
