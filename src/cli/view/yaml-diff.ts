import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { valueAt } from '../../model/object.ts';
import { type HunkLine, type HunkPart, splitByPlace } from './hunk-parts.ts';
import { type Line, line } from './line.ts';
import type { YamlLine, YamlWriter } from './yaml-lines.ts';

/** Unchanged lines around a change, as `diff -u` shows them. */
const CONTEXT_LINES = 3;

/** Where a text differs in more lines than this, finding the smallest difference takes too long. */
const EDITS_MAX = 2000;

/**
 * The unified diff of two objects as YAML. The changes of each place are moved to the left margin and
 * headed by the path of that place; nothing outside of it is shown with them.
 */
export function diffYaml(before: JsonValue, after: JsonValue, writer: YamlWriter): Line[] {
  const target = manifestOrder(after);
  const old = writer.write(alignKeys(manifestOrder(before), target));
  const fresh = writer.write(target);
  return hunksOf(old, fresh).flatMap((hunk, index) => printHunk(hunk, index, old, fresh));
}

/** A whole object as YAML, every line marked as added or removed. */
export function wholeYaml(value: JsonValue, sign: '+' | '-', writer: YamlWriter): Line[] {
  const lines = writer.write(manifestOrder(value));
  return lines.map((one) => signed(sign, indented(one)));
}

/** A line of a diff, coloured by its sign. */
export function signed(sign: string, text: string): Line {
  const whole = text === '' ? sign.trimEnd() : `${sign} ${text}`;
  if (sign === '+') return line(whole, 'added');
  return sign === '-' ? line(whole, 'removed') : line(whole);
}

function hunksOf(old: readonly YamlLine[], fresh: readonly YamlLine[]): StructuredPatchHunk[] {
  const options = { context: CONTEXT_LINES, maxEditLength: EDITS_MAX };
  const patch = structuredPatch('', '', textOf(old), textOf(fresh), '', '', options);
  if (patch !== undefined) return patch.hunks;
  const removed = old.map((one) => `-${indented(one)}`);
  const added = fresh.map((one) => `+${indented(one)}`);
  const sizes = { oldLines: old.length, newLines: fresh.length };
  return [{ oldStart: 1, newStart: 1, ...sizes, lines: [...removed, ...added] }];
}

function textOf(lines: readonly YamlLine[]): string {
  return lines.map((one) => `${indented(one)}\n`).join('');
}

function indented({ text, indent }: YamlLine): string {
  return text === '' ? '' : `${' '.repeat(indent)}${text}`;
}

/** A hunk may reach from one place into the next: each is printed by itself. */
function printHunk(
  hunk: StructuredPatchHunk,
  index: number,
  old: readonly YamlLine[],
  fresh: readonly YamlLine[],
): Line[] {
  const parts = splitByPlace(linesOfHunk(hunk, old, fresh));
  return parts.flatMap((part, at) => printPart(part, index + at === 0));
}

function printPart({ place, lines }: HunkPart, isFirst: boolean): Line[] {
  const filled = lines.filter(({ text }) => text !== '');
  const margin = Math.min(...filled.map((one) => one.indent));
  const body = lines.map((one) => signed(one.sign, indented(one).slice(margin)));
  if (place !== '') return [line(`in ${place}:`, 'place'), ...body];
  return isFirst ? body : [line('…', 'place'), ...body];
}

function linesOfHunk(
  hunk: StructuredPatchHunk,
  old: readonly YamlLine[],
  fresh: readonly YamlLine[],
): HunkLine[] {
  let oldIndex = hunk.oldStart - 1;
  let newIndex = hunk.newStart - 1;
  return hunk.lines.flatMap((text) => {
    const one = text.startsWith('+') ? fresh[newIndex] : old[oldIndex];
    if (!text.startsWith('+')) oldIndex += 1;
    if (!text.startsWith('-')) newIndex += 1;
    return one === undefined ? [] : { ...one, sign: text.slice(0, 1) };
  });
}

/** Puts what names an object first; the rest stays in its order. */
function manifestOrder(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { apiVersion, kind, metadata } = value;
  const first = { apiVersion, kind, metadata };
  return Object.fromEntries(Object.entries({ ...first, ...value }).filter(isPresent));
}

function isPresent(entry: [string, JsonValue | undefined]): entry is [string, JsonValue] {
  return entry[1] !== undefined;
}

/** Orders keys as another copy of the object has them, so that order alone is no difference. */
function alignKeys(value: JsonValue, model: JsonValue | undefined): JsonValue {
  if (value === model) return value;
  if (Array.isArray(value)) {
    const models = Array.isArray(model) ? model : [];
    return value.map((item, index) => alignKeys(item, models[index]));
  }
  if (!isJsonObject(value) || !isJsonObject(model)) return value;
  const shared = Object.keys(model).filter((key) => Object.hasOwn(value, key));
  const keys = new Set([...shared, ...Object.keys(value)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, alignKeys(value[key] as JsonValue, valueAt(model, key))]),
  );
}
