import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Outcome } from '../../apply/events.ts';
import { ServiceError, UserError } from '../../model/errors.ts';
import type { Change } from '../../model/plan.ts';
import { change, deployment, key, plan, SCOPE } from './fixture.ts';
import {
  eventLine,
  type OutputLine,
  planLines,
  printJson,
  problemLine,
  resultLine,
} from './json.ts';

const DECLARATION = { kind: 'Deployment', namespace: 'shop', name: 'echo' };

/** A change that has everything a change can have. */
const FULL: Change = change('update', 'east', 'echo', {
  desired: {
    key: key('east', 'echo'),
    manifest: deployment('echo', 'echo@2'),
    declaration: DECLARATION,
    position: { file: 'shop/index.yaml', line: 3, column: 1 },
    image: 'config@sha256:1',
  },
  before: { a: 1 },
  after: { a: 2 },
  fields: [{ path: ['metadata', 'annotations', 'a/b'], effect: 'change', managers: ['kubectl'] }],
  reason: 'r',
  warnings: ['w'],
  block: { reason: 'r', advice: 'a' },
});

const ERROR = new UserError('message', {
  code: 'some-code',
  position: { file: 'a.yaml', line: 1, column: 2 },
  hint: 'hint',
  detail: 'detail',
});

function read(line: OutputLine): unknown {
  return JSON.parse(printJson(line));
}

it('gives a plan as a summary, its changes and its notices', () => {
  const notices = [{ key: key('west', 'x'), message: 'kept' }];
  const lines = planLines(
    plan([FULL, change('delete', 'west', 'old')], { notices, unavailable: { north: 'lost' } }),
    { ...SCOPE, massDeletes: [{ cluster: 'west', deletes: 11, tracked: 12 }] },
  );
  expect(lines.map(read)).toEqual([
    {
      type: 'plan',
      version: 1,
      objects: 44,
      clusters: 2,
      counts: { create: 0, update: 0, recreate: 0, delete: 1, blocked: 1 },
      unavailable: [{ cluster: 'north', reason: 'lost' }],
      massDeletes: [{ cluster: 'west', deletes: 11, tracked: 12 }],
      releases: [],
      claims: [],
    },
    {
      type: 'change',
      version: 1,
      action: 'update',
      cluster: 'east',
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'echo',
      declaration: DECLARATION,
      file: 'shop/index.yaml',
      line: 3,
      column: 1,
      image: 'config@sha256:1',
      fields: [{ path: 'metadata.annotations[a/b]', effect: 'change', managers: ['kubectl'] }],
      before: { a: 1 },
      after: { a: 2 },
      reason: 'r',
      warnings: ['w'],
      block: { reason: 'r', advice: 'a' },
    },
    {
      type: 'change',
      version: 1,
      action: 'delete',
      ...key('west', 'old'),
      fields: [],
      warnings: [],
    },
    { type: 'notice', version: 1, ...key('west', 'x'), message: 'kept' },
  ]);
});

it('gives what an apply tells', () => {
  const named = { version: 1, action: 'update', ...key('east', 'echo') };
  const finished = (outcome: Outcome) => read(eventLine({ type: 'finished', outcome }));
  const taken = [{ field: 'spec.replicas', manager: 'kubectl' }];
  expect(read(eventLine({ type: 'started', change: FULL }))).toEqual({ type: 'started', ...named });
  expect(finished({ type: 'applied', change: FULL, taken, note: 'n', durationMs: 12.3 })).toEqual({
    type: 'finished',
    outcome: 'applied',
    ...named,
    durationMs: 12,
    taken,
    note: 'n',
  });
  expect(finished({ type: 'skipped', change: FULL, reason: 'r' })).toEqual({
    type: 'finished',
    outcome: 'skipped',
    ...named,
    reason: 'r',
  });
  const error = new ServiceError('refused', { code: 'refused' });
  expect(finished({ type: 'failed', change: FULL, error })).toEqual({
    type: 'finished',
    outcome: 'failed',
    ...named,
    error: { code: 'refused', message: 'refused' },
  });
});

it('gives a problem with its place', () => {
  expect(read(problemLine({ error: ERROR, declaration: DECLARATION }))).toEqual({
    type: 'problem',
    version: 1,
    code: 'some-code',
    message: 'message',
    file: 'a.yaml',
    line: 1,
    column: 2,
    hint: 'hint',
    detail: 'detail',
    declaration: DECLARATION,
  });
});

it('gives the result by outcome', () => {
  const outcomes: Outcome[] = [
    { type: 'applied', change: FULL, taken: [], durationMs: 1 },
    { type: 'skipped', change: FULL, reason: 'r' },
    { type: 'skipped', change: FULL, reason: 'r' },
  ];
  expect(read(resultLine({ outcomes, durationMs: 12.3, exitCode: 1 }))).toEqual({
    type: 'result',
    version: 1,
    exitCode: 1,
    durationMs: 12,
    counts: { applied: 1, failed: 0, blocked: 0, kept: 0, skipped: 2 },
  });
});

it('prints one line that a terminal does not obey and that reads back the same', () => {
  const name = 'a\x1b[1m\x9b\x7f\u202e\u2028\n\u{e0041}"';
  const shown = printJson({ type: 'notice', version: 1, name });
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(shown)).toEqual({ type: 'notice', version: 1, name });
});

const PAUSE = {
  declaration: DECLARATION,
  reason: 'red hurts the eyes',
  createdAt: '2026-11-23T00:30:02Z',
  createdBy: 'ada',
};

it('is documented field by field', async () => {
  const documentation = await readFile('docs/json-output.md', 'utf8');
  const applied: Outcome = { type: 'applied', change: FULL, taken: [], note: 'n', durationMs: 1 };
  const failed: Outcome = { type: 'failed', change: FULL, error: ERROR };
  const skipped: Outcome = { type: 'skipped', change: FULL, reason: 'r' };
  const notices = [{ key: key('west', 'x'), message: 'kept' }];
  const lines = [
    ...planLines(plan([FULL], { notices }), { ...SCOPE, paused: [PAUSE] }),
    eventLine({ type: 'started', change: FULL }),
    ...[applied, failed, skipped].map((outcome) => eventLine({ type: 'finished', outcome })),
    problemLine({ error: ERROR, declaration: DECLARATION }),
    resultLine({ outcomes: [], durationMs: 0, exitCode: 0 }),
  ];
  const sections = new Map(
    documentation.split(/^## /m).map((text) => [text.slice(0, text.indexOf('\n')), text]),
  );
  const shared = sections.get('Objects') ?? '';
  for (const line of lines) {
    const section = sections.get(`\`${line.type}\``) ?? '';
    for (const field of Object.keys(line)) {
      if (field === 'type' || field === 'version') continue;
      expect(`${section}${shared}`, `${line.type}.${field}`).toContain(`\`${field}\``);
    }
  }
});
