import { describe, expect, it } from 'vitest';
import { UnreachableError } from '../cluster/errors.ts';
import { ServiceError } from '../model/errors.ts';
import type { Change } from '../model/plan.ts';
import type { Graph, Need } from '../plan/order.ts';
import type { Outcome } from './events.ts';
import { walk } from './walk.ts';

function change(name: string, more: Partial<Change> = {}): Change {
  const [cluster = '', object = ''] = name.split('/');
  const key = { cluster, apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name: object };
  return { action: 'create', key, fields: [], warnings: [], ...more };
}

const needs = (until: Need['until'], ...steps: number[]): Need[] =>
  steps.map((step) => ({ step, until }));

const applied = (change: Change): Outcome => ({
  type: 'applied',
  change,
  taken: [],
  durationMs: 1,
});

const failed = (change: Change): Outcome => ({
  type: 'failed',
  change,
  error: new ServiceError('no', { code: 'no' }),
});

interface Walked {
  readonly started: string[];
  readonly ended: string[];
  readonly most: number;
}

/** Walks a graph; `run` decides how each change ends. */
async function walked(
  graph: Graph,
  run: (change: Change) => Outcome,
  signal: AbortSignal = new AbortController().signal,
): Promise<Walked> {
  const started: string[] = [];
  let underWay = 0;
  let most = 0;
  const outcomes = await walk(graph, {
    concurrencyPerCluster: 2,
    signal,
    emit: (event) => {
      if (event.type === 'started') started.push(event.change.key.name);
    },
    run: async (one) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      return run(one);
    },
  });
  const ended = outcomes.map((outcome) => {
    const reason = 'reason' in outcome ? `: ${outcome.reason}` : '';
    return `${outcome.type} ${outcome.change.key.name}${reason}`;
  });
  return { started, ended, most };
}

describe('walk', () => {
  it('begins a step when what it needs is over', async () => {
    const graph: Graph = [
      { change: change('east/a'), needs: [] },
      { needs: needs('done', 0) },
      { change: change('east/b'), needs: needs('done', 1) },
    ];
    expect(await walked(graph, applied)).toMatchObject({
      started: ['a', 'b'],
      ended: ['applied a', 'applied b'],
    });
  });

  it('skips what depends on a failure, and only that', async () => {
    const graph: Graph = [
      { change: change('east/a'), needs: [] },
      { change: change('east/b'), needs: needs('success', 0) },
      { change: change('east/c'), needs: needs('success', 1) },
      { change: change('east/d'), needs: needs('done', 0) },
    ];
    const { ended } = await walked(graph, (one) =>
      one.key.name === 'a' ? failed(one) : applied(one),
    );
    expect(ended.sort()).toEqual([
      'applied d',
      'failed a',
      'skipped b: it depends on ConfigMap a, which failed',
      'skipped c: it depends on ConfigMap b, which was not done',
    ]);
  });

  it('does not try a blocked change; its object still stands for what only needs that', async () => {
    const block = { reason: 'frozen', advice: 'thaw it' };
    const graph: Graph = [
      { change: change('east/a', { block }), needs: [] },
      { change: change('east/b'), needs: needs('present', 0) },
      { change: change('east/c'), needs: needs('success', 0) },
    ];
    expect(await walked(graph, applied)).toMatchObject({
      started: ['b'],
      ended: [
        'blocked a: frozen; thaw it',
        'skipped c: it depends on ConfigMap a, which was not done',
        'applied b',
      ],
    });
  });

  it('gives up a cluster that became unreachable and goes on with the others', async () => {
    const graph: Graph = ['east/a', 'east/b', 'east/c', 'west/d'].map((name) => ({
      change: change(name),
      needs: [],
    }));
    const lose = (one: Change): Outcome =>
      one.key.cluster === 'east'
        ? { type: 'failed', change: one, error: new UnreachableError('east', 'no answer') }
        : applied(one);
    const { started, ended } = await walked(graph, lose);
    expect(started).not.toContain('c');
    expect(ended).toContain('applied d');
    expect(ended).toContain('skipped c: cluster east is unreachable: no answer');
  });

  it('keeps to the bound of each cluster', async () => {
    const graph: Graph = Array.from({ length: 9 }, (_, i) => ({
      change: change(`east/${i}`),
      needs: [],
    }));
    expect((await walked(graph, applied)).most).toBe(2);
  });

  it('begins nothing new after an interrupt', async () => {
    const controller = new AbortController();
    const graph: Graph = ['a', 'b', 'c'].map((name) => ({
      change: change(`east/${name}`),
      needs: [],
    }));
    const { ended } = await walked(
      graph,
      (one) => {
        controller.abort();
        return applied(one);
      },
      controller.signal,
    );
    expect(ended).toContain('skipped c: interrupted');
    expect(ended.filter((line) => line.startsWith('applied'))).toHaveLength(2);
  });
});
