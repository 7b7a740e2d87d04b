import { stringify, type ToStringOptions } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { childPath } from '../../plan/field-path.ts';

/** One line of YAML. */
export interface YamlLine {
  /** The line without its indentation. */
  readonly text: string;
  /** Columns before the text. */
  readonly indent: number;
  /** The path of the map, list or block of text that the line stands in; empty at the top. */
  readonly parent: string;
}

const STEP = 2;

/** Nothing is folded; what YAML 1.1 (kubectl) reads as something else than a string is quoted. */
const SCALARS: ToStringOptions & { readonly compat: 'yaml-1.1' } = {
  blockQuote: 'literal',
  compat: 'yaml-1.1',
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  lineWidth: 0,
  simpleKeys: true,
};

/**
 * Writes values as YAML in block style, keys in the order given. Maps and lists are laid out here,
 * because a plan needs to know where each line stands, and for speed: the library, asked only for
 * scalars and only once for each, takes several times as long for whole objects.
 */
export class YamlWriter {
  readonly #scalars = new Map<string, readonly string[]>();
  readonly #keys = new Map<string, string>();

  /** The lines of a value; several for anything but a short scalar. */
  write(value: JsonValue): YamlLine[] {
    const out: YamlLine[] = [];
    if (isFilledMap(value)) this.#writeMap(value, 0, '', out);
    else if (isFilledList(value)) this.#writeList(value, 0, '', out);
    else this.#writeScalar('', value, 0, '', '', out);
    return out;
  }

  #writeMap(map: JsonObject, indent: number, path: string, out: YamlLine[]): void {
    for (const [key, value] of Object.entries(map)) {
      const head = `${this.#key(key)}:`;
      const inner = childPath(path, key);
      if (isFilledMap(value)) {
        out.push({ text: head, indent, parent: path });
        this.#writeMap(value, indent + STEP, inner, out);
      } else if (isFilledList(value)) {
        out.push({ text: head, indent, parent: path });
        this.#writeList(value, indent + STEP, inner, out);
      } else {
        this.#writeScalar(`${head} `, value, indent, path, inner, out);
      }
    }
  }

  #writeList(list: readonly JsonValue[], indent: number, path: string, out: YamlLine[]): void {
    for (const [index, item] of list.entries()) {
      const first = out.length;
      const inner = `${path}[${itemLabel(item, index)}]`;
      if (isFilledMap(item)) this.#writeMap(item, indent + STEP, inner, out);
      else if (isFilledList(item)) this.#writeList(item, indent + STEP, inner, out);
      else this.#writeScalar('', item, indent, path, inner, out);
      const text = `- ${out[first]?.text}`;
      out[first] = { text, indent, parent: path };
    }
  }

  #writeScalar(
    head: string,
    value: JsonValue,
    indent: number,
    path: string,
    inner: string,
    out: YamlLine[],
  ): void {
    const [first, ...block] = this.#scalar(value);
    out.push({ text: `${head}${first}`, indent, parent: path });
    for (const text of block) out.push({ text, indent: indent + STEP, parent: inner });
  }

  /** A scalar's lines; those after the first are a literal block without its indentation. */
  #scalar(value: JsonValue): readonly string[] {
    if (typeof value !== 'string') return [JSON.stringify(value)];
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const text = stringify({ k: value }, SCALARS);
    const lines = text.slice('k: '.length, -1).split('\n');
    const made = lines.map((one, index) => (index === 0 ? one : one.slice(STEP)));
    this.#scalars.set(value, made);
    return made;
  }

  #key(key: string): string {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const made = stringify({ [key]: 0 }, SCALARS).slice(0, -': 0\n'.length);
    this.#keys.set(key, made);
    return made;
  }
}

/** A list's element as a path names it: by its name where it has one. */
function itemLabel(item: JsonValue, index: number): string {
  const name = isJsonObject(item) ? item.name : undefined;
  return typeof name === 'string' ? `name=${name}` : String(index);
}

function isFilledMap(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length > 0;
}

function isFilledList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value) && value.length > 0;
}
