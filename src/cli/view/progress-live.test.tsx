import { EventEmitter } from 'node:events';
import { render } from 'ink-testing-library';
import { expect, it } from 'vitest';
import type { ApplyEvent } from '../../apply/events.ts';
import { ServiceError } from '../../model/errors.ts';
import type { Change } from '../../model/plan.ts';
import { change } from './fixture.ts';
import { ProgressView, startLiveProgress } from './progress-live.tsx';
import { reduceProgress, startProgress } from './progress-state.ts';

const CHANGES = [change('create', 'east', 'a'), change('create', 'west', 'b\x1b[2J')] as const;

function failure(one: Change): ApplyEvent {
  const error = new ServiceError('no quota left', { code: 'refused', hint: 'raise it' });
  return { type: 'finished', outcome: { type: 'failed', change: one, error } };
}

/** A terminal of which the test keeps what was written. */
class FakeTerminal extends EventEmitter {
  readonly isTTY = true;
  readonly rows = 24;
  columns = 80;
  written = '';

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

it('draws failures above the clusters', () => {
  const state = reduceProgress(startProgress(CHANGES, 0), failure(CHANGES[1]), 500);
  const view = render(<ProgressView state={state} nowMs={1500} rows={24} color={false} />);
  expect(view.lastFrame()).toBe(
    `west  failed     Deployment shop/b\\x1b[2J (create): no quota left
      hint: raise it
east  ░░░░░░░░░░░░░░░░░░░░  0/1
west  ████████████████████  1/1  1 failed
1.5 s`,
  );
  view.unmount();
});

it('cuts a cluster that does not fit on a line', () => {
  const started: ApplyEvent = { type: 'started', change: change('create', 'east', 'x'.repeat(90)) };
  const state = reduceProgress(startProgress(CHANGES, 0), started, 0);
  const view = render(<ProgressView state={state} nowMs={0} rows={24} color={false} />);
  const lines = (view.lastFrame() ?? '').split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^east .* Deployment shop\/x+…$/);
  view.unmount();
});

it('leaves the last state in the terminal, whatever its size became meanwhile', () => {
  const terminal = new FakeTerminal();
  const live = startLiveProgress({
    changes: CHANGES,
    stream: terminal.asStream(),
    color: false,
  });
  live.onEvent({ type: 'started', change: CHANGES[0] });
  terminal.columns = 60;
  terminal.emit('resize');
  live.onEvent(failure(CHANGES[1]));
  const taken = { type: 'applied', change: CHANGES[0], taken: [], durationMs: 1 } as const;
  live.onEvent({ type: 'finished', outcome: taken });
  live.stop();
  const end = terminal.written.slice(terminal.written.lastIndexOf('west  failed'));
  expect(end).toContain('hint: raise it');
  expect(end).toMatch(/east {2}█{20} {2}1\/1\nwest {2}█{20} {2}1\/1 {2}1 failed\n\d+\.\d s\n/);
});
