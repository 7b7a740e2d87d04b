import { expect, it } from 'vitest';
import type { DeclarationStatus } from '../../reconcile/status.ts';
import { key } from './fixture.ts';
import { formatStatus } from './status-text.ts';

const ID = { kind: 'Deployment', namespace: 'shop', name: 'echo' };

function show(status: Partial<DeclarationStatus>): string {
  const all = { id: ID, recorded: [], objects: [], latest: [], ...status };
  return `\n${formatStatus(all, { color: false })}\n`;
}

it('tells of a declaration that is paused', () => {
  const image = 'registry.example/echo@sha256:2';
  const latest = { key: key('east', 'echo'), at: '2026-11-22T00:30:02Z', image };
  const status = show({
    isDeclared: true,
    position: { file: 'production/shop/index.yaml', line: 2, column: 1 },
    pause: {
      declaration: ID,
      reason: 'rolled\nback',
      createdBy: 'ada',
      createdAt: '2026-11-23T00:30:02Z',
    },
    objects: [
      { key: key('east', 'echo'), image, appliedAt: '2026-11-22T00:30:01Z' },
      { key: key('northwest', 'echo', { kind: 'Service' }) },
    ],
    latest: [{ ...latest, username: 'ada', outcome: 'failed' }, latest],
  });
  expect(status).toBe(`
Deployment shop/echo
  declared at production/shop/index.yaml:2:1
  paused since 2026-11-23T00:30:02Z by ada: rolled\\nback
  east       Deployment shop/echo: applied 2026-11-22T00:30:01Z, registry.example/echo@sha256:2
  northwest  Service shop/echo: never applied
  last attempt in east failed at 2026-11-22T00:30:02Z by ada: registry.example/echo@sha256:2
  last attempt in east ended in an unknown way at 2026-11-22T00:30:02Z: registry.example/echo@sha256:2
`);
});

it('tells of one that is not in the repository, and of one where nobody knows', () => {
  expect(show({ isDeclared: false })).toBe(`
Deployment shop/echo
  not in the repository
  not paused
  no objects are recorded
`);
  expect(show({})).toContain('\n  no repository could be read\n');
});
