import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { replaceFile } from '../replace-file.ts';
import type { Signature } from './history.ts';
import { isManifest } from './manifest-text.ts';
import type { EntryId } from './port.ts';
import type { Settlement } from './settle.ts';

/** A settlement that the database could not take when it was due. */
export interface SavedOutcome {
  readonly settlement: Settlement & { readonly entry: EntryId };
  /** Who made the change, and when. */
  readonly by: Signature & { readonly at: string };
}

const ENTRY = { lease: 'number', number: 'number' };
const KEY = {
  cluster: 'string',
  apiVersion: 'string',
  kind: 'string',
  namespace: 'string',
  name: 'string',
};

/**
 * Appends an outcome as a line of JSON to a file that only its owner may read, and waits until the disk
 * has it. Synchronous, so that an interrupt cannot come between.
 */
export function saveOutcome(path: string, outcome: SavedOutcome): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'a', 0o600);
  try {
    writeSync(file, line(outcome));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * The outcomes of a file in the order in which they were saved; undefined where there is no file. A
 * last line without an end was cut off when its writer was killed, and says nothing.
 * @throws UserError `damaged-recovery-file`
 */
export async function readOutcomes(path: string): Promise<SavedOutcome[] | undefined> {
  const file = await readText(path);
  return file
    ?.split('\n')
    .slice(0, -1)
    .map((text, index) => {
      const value = parse(text);
      if (isOutcome(value)) return value as unknown as SavedOutcome;
      throw new UserError(`Line ${index + 1} of the recovery file ${path} is damaged.`, {
        code: 'damaged-recovery-file',
        hint:
          'The file holds what the database could not be told. Restore that line, or delete it: ' +
          'what it was about is then looked up in the cluster.',
      });
    });
}

/** Makes a file hold just these outcomes; without any there is no file. */
export async function rewriteOutcomes(
  path: string,
  outcomes: readonly SavedOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return await rm(path, { force: true });
  replaceFile(path, outcomes.map(line).join(''), { mode: 0o600, flush: true });
}

function line(outcome: SavedOutcome): string {
  return `${JSON.stringify(outcome)}\n`;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOutcome(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value) || !isJsonObject(value.settlement)) return false;
  const { entry, forget, record, history } = value.settlement;
  return (
    hasFields(value.by, { username: 'string', at: 'string' }) &&
    hasFields(entry, ENTRY) &&
    (forget === undefined || hasFields(forget, KEY)) &&
    (record === undefined || isRecord(record)) &&
    (history === undefined || isHistory(history))
  );
}

function isRecord(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { key, answer, sent } = value;
  return hasFields(key, KEY) && isManifest(answer) && (sent === undefined || isManifest(sent));
}

function isHistory(value: JsonValue): boolean {
  if (!isJsonObject(value) || !hasFields(value, { image: 'string', outcome: 'string' }))
    return false;
  const { key, manifest } = value;
  return hasFields(key, KEY) && (manifest === undefined || isManifest(manifest));
}

function hasFields(value: JsonValue | undefined, types: Readonly<Record<string, string>>): boolean {
  if (!isJsonObject(value)) return false;
  return Object.entries(types).every(([name, type]) => typeof value[name] === type);
}
