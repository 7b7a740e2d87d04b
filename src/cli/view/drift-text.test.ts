import { expect, it } from 'vitest';
import type { Change } from '../../model/plan.ts';
import type { Refreshed } from '../../reconcile/refresh.ts';
import { concludeDrift, type DriftOptions, formatDrift } from './drift-text.ts';
import { change, deployment, key, ofSecret, secret } from './fixture.ts';

const KEYS = [key('east', 'echo'), key('west', 'echo'), key('west', 'web')];

function refreshed(changes: readonly Change[], rest: Partial<Refreshed> = {}): Refreshed {
  return { changes, records: [], keys: KEYS, notices: [], unavailable: {}, ...rest };
}

/** A refresh as a user without colours sees it, between two newlines. */
function show(
  changes: readonly Change[],
  rest: Partial<Refreshed> = {},
  options: Partial<DriftOptions> = {},
): string {
  const all = { color: false, groupBy: 'object', full: false, ...options } as const;
  const found = refreshed(changes, rest);
  return `\n${[formatDrift(found, all), concludeDrift(found)].filter(Boolean).join('\n')}\n`;
}

function scaled(cluster: string): Change {
  return change('update', cluster, 'echo', {
    before: deployment('echo', 'echo@1', 3),
    after: deployment('echo', 'echo@1', 5),
    fields: [{ path: ['spec', 'replicas'], effect: 'change', managers: ['kubectl'] }],
  });
}

it('says that nothing drifted', () => {
  expect(show([])).toBe(`
No drift: 3 objects in 2 clusters are as they were left.
`);
  expect(show([], { keys: KEYS.slice(0, 1), unavailable: { west: 'no answer' } })).toBe(`
Cluster west is left out of this refresh:
    no answer

No drift: 1 object in 1 cluster is as it was left; 1 cluster left out.
`);
});

it('shows drift from what was recorded to what is there, and whose it is', () => {
  expect(show([scaled('east'), scaled('west')])).toBe(`
~ Deployment shop/echo  east, west
    in spec:
    - replicas: 3
    + replicas: 5
      selector:
        matchLabels:
          app.kubernetes.io/name: echo
    spec.replicas set by kubectl

2 objects drifted; recorded.
`);
});

it('shows what is gone, and all of it where that is asked for', () => {
  const gone = change('delete', 'west', 'web', { before: { kind: 'Deployment' } });
  expect(show([gone])).toBe(`
- Deployment shop/web  west
    gone from the cluster

1 object is gone; recorded.
`);
  expect(show([gone, scaled('east')], {}, { full: true })).toContain('- kind: Deployment');
  expect(show([gone, scaled('east')])).toContain('\n1 object drifted, 1 is gone; recorded.\n');
});

it('names the keys of a secret and no value', () => {
  const path = (name: string) => ['data', name];
  const tokens = change('update', 'east', 'tokens', {
    ...ofSecret('east'),
    before: secret(['a', 'b']),
    after: secret(['b', 'c']),
    fields: [
      { path: path('a'), effect: 'remove', managers: [] },
      { path: path('b'), effect: 'change', managers: ['kubectl'] },
      { path: path('c'), effect: 'add', managers: ['kubectl'] },
    ],
  });
  expect(show([tokens])).toBe(`
~ Secret shop/tokens  east
    - key a: ********
    ~ key b: ********
    + key c: ********
    data.b, data.c set by kubectl

1 object drifted; recorded.
`);
});

it('says what could not be compared', () => {
  const message = 'not read, because the cluster now serves its kind as apps/v2';
  expect(show([], { notices: [{ key: key('east', 'echo'), message }] })).toContain(`
= Deployment shop/echo  east
    not read, because the cluster now serves its kind as apps/v2
`);
});
