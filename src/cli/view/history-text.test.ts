import { expect, it } from 'vitest';
import type { Attempt } from '../../reconcile/history.ts';
import { deployment, key } from './fixture.ts';
import { formatHistory } from './history-text.ts';

const FIRST: Attempt = {
  key: key('east', 'echo'),
  at: '2026-11-21T00:30:02Z',
  image: 'registry.example/echo@sha256:1',
};
const SECOND: Attempt = {
  ...FIRST,
  at: '2026-11-22T00:30:02Z',
  image: 'registry.example/echo@sha256:2',
  username: 'ada',
  outcome: 'succeeded',
  manifest: deployment('echo', 'echo@2'),
};
const THIRD: Attempt = {
  ...SECOND,
  at: '2026-11-23T00:30:02Z',
  outcome: 'failed',
  before: deployment('echo', 'echo@2'),
  manifest: deployment('echo', 'echo@3'),
};

function show(attempts: readonly Attempt[], diff = false): string {
  return `\n${formatHistory(attempts, { color: false, diff })}\n`;
}

it('says when, where, how it ended, who, and which image', () => {
  expect(show([THIRD, SECOND, FIRST])).toBe(`
2026-11-23T00:30:02Z  east  failed     ada  registry.example/echo@sha256:2
2026-11-22T00:30:02Z  east  succeeded  ada  registry.example/echo@sha256:2
2026-11-21T00:30:02Z  east  unknown    ?    registry.example/echo@sha256:1
`);
});

it('shows what each attempt changed, where that is known', () => {
  expect(show([THIRD, SECOND, FIRST], true)).toBe(`
2026-11-23T00:30:02Z  east  failed     ada  registry.example/echo@sha256:2
    in spec.template.spec.containers[name=echo]:
    - image: echo@2
    + image: echo@3
      args:
        - --port=8080
        - --greeting=hello
2026-11-22T00:30:02Z  east  succeeded  ada  registry.example/echo@sha256:2
    nothing before it was noted
2026-11-21T00:30:02Z  east  unknown    ?    registry.example/echo@sha256:1
    what was sent was not noted
`);
  const same = { ...THIRD, before: deployment('echo', 'echo@3') };
  expect(show([same], true)).toContain('\n    the same as before\n');
});

it('says that there is no history', () => {
  expect(show([])).toBe('\nNo image was rolled out yet.\n');
});
