import type { ProgramPosition } from '../model/application.ts';
import type { StarlarkValue } from '../starlark/value.ts';
import { programError } from './program-error.ts';

/** A value built by one of the vocabulary's functions. */
export type Constructed = Extract<StarlarkValue, { type: 'constructed' }>;

/** What is being read, for the sentence of an error, and the nearest place in the program. */
export interface Reading {
  readonly what: string;
  readonly environment: string;
  readonly at?: ProgramPosition;
}

/** Narrows a reading to a part of its value: `args[2]`, `env["COLOR"]`. */
export function part(reading: Reading, what: string): Reading {
  return { ...reading, what };
}

/**
 * Makes the choice by environment: a dict stands for the value under the environment's name.
 *
 * @returns undefined where the entry is left out (`None`, or an environment that the dict lacks)
 */
export function choose(
  value: StarlarkValue | undefined,
  reading: Reading,
): StarlarkValue | undefined {
  if (value === undefined || value.type === 'none') return undefined;
  if (value.type !== 'dict') return value;
  for (const [key, choice] of value.entries) {
    if (key.type !== 'string') {
      throw wrongType(key, 'the name of an environment (a string) as key', reading);
    }
    if (choice.type === 'dict') {
      throw wrongType(choice, 'a value, not a dict within a dict of environments', reading);
    }
  }
  const match = value.entries.find(
    ([key]) => key.type === 'string' && key.value === reading.environment,
  );
  return match === undefined || match[1].type === 'none' ? undefined : match[1];
}

/** A string, number or boolean as text: booleans in lower case, numbers as Starlark prints them. */
export function scalarText(value: StarlarkValue): string | undefined {
  switch (value.type) {
    case 'string':
    case 'int':
    case 'float':
      return value.value;
    case 'bool':
      return value.value ? 'true' : 'false';
    default:
      return undefined;
  }
}

/** The value as text; an error for anything but a string, number or boolean. */
export function requireText(value: StarlarkValue, reading: Reading): string {
  const text = scalarText(value);
  if (text === undefined) throw wrongType(value, 'a string, number or boolean', reading);
  return text;
}

/** The value as a string. */
export function requireString(value: StarlarkValue | undefined, reading: Reading): string {
  if (value?.type !== 'string') throw wrongType(value, 'a string', reading);
  return value.value;
}

/** The value as an integer that a JSON number holds exactly, within bounds. */
export function requireInteger(
  value: StarlarkValue,
  bounds: { readonly min: number; readonly max: number },
  reading: Reading,
): number {
  const number = value.type === 'int' ? Number(value.value) : Number.NaN;
  if (!(number >= bounds.min && number <= bounds.max)) {
    throw wrongType(value, `an integer from ${bounds.min} to ${bounds.max}`, reading);
  }
  return number;
}

/** The entries of a dict with string keys; none for `None` or a field that is left out. */
export function stringKeyed(
  value: StarlarkValue | undefined,
  reading: Reading,
): readonly (readonly [string, StarlarkValue])[] {
  if (value === undefined || value.type === 'none') return [];
  if (value.type !== 'dict') throw wrongType(value, 'a dict', reading);
  return value.entries.map(([key, entry]) => {
    if (key.type !== 'string') throw wrongType(key, 'a string as key', reading);
    return [key.value, entry] as const;
  });
}

/** The value as one made by the named function of the vocabulary. */
export function requireConstructed(
  value: StarlarkValue,
  name: string,
  reading: Reading,
): Constructed {
  if (value.type !== 'constructed' || value.name !== name) {
    throw wrongType(value, `${name}(…)`, reading);
  }
  return value;
}

/** The error for a value of a type that does not fit. */
export function wrongType(value: StarlarkValue | undefined, expected: string, reading: Reading) {
  return programError(
    `${reading.what}: expected ${expected}, found ${describe(value)}`,
    reading.at,
  );
}

function describe(value: StarlarkValue | undefined): string {
  if (value === undefined) return 'nothing';
  switch (value.type) {
    case 'none':
      return 'None';
    case 'string':
      return `the string ${JSON.stringify(value.value.slice(0, 60))}`;
    case 'int':
      return `the integer ${value.value.slice(0, 60)}`;
    case 'float':
      return `the float ${value.value}`;
    case 'constructed':
      return `${value.name}(…)`;
    case 'inputs':
      return 'a ctx';
    case 'opaque':
      return `a value of type ${value.typeName}`;
    default:
      return `a ${value.type}`;
  }
}
