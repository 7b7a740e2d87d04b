import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import type { Change, Plan } from '../model/plan.ts';
import { digestOf, recordDigest } from './canonical.ts';
import { toPlan, toSavedPlan } from './convert.ts';
import { formatPlanFile, parsePlanFile } from './format.ts';
import { ORIGIN, type Sample, samples } from './plan-file.fixture.ts';
import type { SavedPlan } from './saved-plan.ts';

const save = async ({ plan, recorded }: Sample) => await toSavedPlan(plan, recorded, ORIGIN);

/** A plan without what its file does not keep: values of Secrets. */
function withoutValues(plan: Plan): Plan {
  const strip = (change: Change) => {
    if (change.desired === undefined) return change;
    const { secret: _values, ...desired } = change.desired;
    return { ...change, desired };
  };
  return { ...plan, changes: plan.changes.map(strip) };
}

const configMap = (name: string, more: object = {}) => ({
  action: 'create' as const,
  key: { cluster: 'east', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
  desired: {
    manifest: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'shop' },
      data: { a: 'b' },
    },
  },
  fields: [],
  warnings: [],
  ...more,
});

const savedPlan = (...changes: SavedPlan['changes']): SavedPlan => ({
  ...ORIGIN,
  changes,
  notices: [],
  releases: [],
  claims: [],
  unavailable: {},
});

/** The code of the error that a text ends in, and its message. */
function refusal(text: string): { code: string; message: string } {
  try {
    parsePlanFile(text, 'plan.json');
  } catch (error) {
    if (error instanceof UserError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was read');
}

/** The text of a file that holds anything, with the checksum that fits. */
function forged(plan: unknown): string {
  const content = { format: 'sisyphus-plan', schema: 1, plan };
  return JSON.stringify({ ...content, checksum: digestOf(content) });
}

describe('a plan file', () => {
  it('gives back the plan that was saved, but for the values of Secrets', async () => {
    await fc.assert(
      fc.asyncProperty(samples, async (sample) => {
        const saved = await save(sample);
        const text = formatPlanFile(saved);
        const read = parsePlanFile(text, 'plan.json');
        expect(read).toEqual(saved);
        const rows = new Map(sample.recorded.map((row) => [recordDigest(row), row]));
        const rowOf = ({ digest }: { digest: string }) => rows.get(digest) as never;
        expect(toPlan(read, rowOf)).toEqual(withoutValues(sample.plan));
        expect(text).not.toContain('dmFsdWU=');
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on white space and the order of keys', async () => {
    const reversed = (value: JsonValue): JsonValue => {
      if (Array.isArray(value)) return value.map(reversed);
      if (!isJsonObject(value)) return value;
      const entries = Object.entries(value).map(([key, one]) => [key, reversed(one)] as const);
      return Object.fromEntries(entries.reverse());
    };
    const text = formatPlanFile(savedPlan(configMap('a'), configMap('b')));
    const other = JSON.stringify(reversed(JSON.parse(text)));
    expect(parsePlanFile(other, 'plan.json')).toEqual(parsePlanFile(text, 'plan.json'));
  });

  it('is refused wherever a word of it was altered, and wherever it was cut off', () => {
    const text = formatPlanFile(savedPlan(configMap('a')));
    const words = [...text.matchAll(/[A-Za-z0-9]+/g)];
    for (const { 0: word, index } of words) {
      const other = word.replace(/.$/, (last) => (last === 'x' ? 'y' : last === '1' ? '2' : 'x'));
      const altered = text.slice(0, index) + other + text.slice(index + word.length);
      expect(['altered-plan', 'damaged-plan', 'no-plan', 'plan-schema']).toContain(
        refusal(altered).code,
      );
    }
    for (let length = 0; length < text.length - 1; length += 7) {
      expect(refusal(text.slice(0, length)).code).toBe('damaged-plan');
    }
  });

  it('is refused when it is of another schema, or none at all', () => {
    const text = formatPlanFile(savedPlan(configMap('a')));
    const message = 'plan.json is a plan file of schema 2; this program reads schema 1';
    expect(refusal(text.replace('"schema": 1', '"schema": 2')).message).toBe(message);
    for (const other of ['{}', '[]', 'null', '{"kind": "List"}']) {
      expect(refusal(other)).toEqual({ code: 'no-plan', message: 'plan.json is no plan file' });
    }
  });

  it.each([
    [
      'a field of another type',
      { changes: [configMap('a', { warnings: [1] })] },
      'plan.changes[0].warnings[0]',
    ],
    ['a field that no plan has', { shell: 'sh' }, 'Unrecognized key: "shell"'],
    [
      'a manifest of another object',
      { changes: [{ ...configMap('a'), key: configMap('b').key }] },
      'that the key names',
    ],
    [
      'two changes of one object',
      { changes: [configMap('a'), configMap('a')] },
      'plan.changes: expected one change',
    ],
    [
      'a delete of nothing',
      { changes: [{ ...configMap('a'), action: 'delete' }] },
      'plan.changes[0]: expected',
    ],
    [
      'an update of nothing',
      { changes: [{ ...configMap('a'), action: 'update' }] },
      'expected what the update is of',
    ],
    [
      'a manifest that is none',
      { changes: [configMap('a', { desired: { manifest: { kind: 1 } } })] },
      'expected a Kubernetes object',
    ],
  ])(
    'is refused with a place when it holds %s, whatever its checksum says',
    (_what, more, place) => {
      const { code, message } = refusal(forged({ ...savedPlan(), ...more }));
      expect(code).toBe('invalid-plan');
      expect(message).toContain(place);
    },
  );

  it('holds no value of a Secret, neither written nor read', () => {
    const key = { ...configMap('a').key, kind: 'Secret' };
    const { metadata } = configMap('a').desired.manifest;
    const secret = (fields: object) => ({
      ...configMap('a', { key }),
      desired: { manifest: { apiVersion: 'v1', kind: 'Secret', metadata, ...fields } },
    });
    const leaks = [
      secret({ data: { a: 'dmFsdWU=' } }),
      secret({ stringData: { a: 'value' } }),
      { ...secret({}), before: { data: { a: 'dmFsdWU=' } } },
      {
        ...secret({}),
        fields: [
          { path: ['data', 'a'], effect: 'remove' as const, managers: [], current: 'dmFsdWU=' },
        ],
      },
    ];
    for (const leak of leaks) {
      expect(() => formatPlanFile(savedPlan(leak))).toThrow('expected ******** for each value');
      expect(refusal(forged(savedPlan(leak))).message).not.toContain('dmFsdWU=');
    }
    expect(formatPlanFile(savedPlan(secret({ data: { a: '********' } })))).toContain('"a"');
  });

  it('cannot exhaust the stack', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const text = `{"format":"sisyphus-plan","schema":1,"checksum":"x","plan":${deep}}`;
    expect(refusal(text).code).toBe('altered-plan');
  });
});
