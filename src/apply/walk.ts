import pLimit, { type LimitFunction } from 'p-limit';
import { UnreachableError } from '../cluster/errors.ts';
import { formatObject } from '../model/object.ts';
import type { Change } from '../model/plan.ts';
import type { Graph, Need } from '../plan/order.ts';
import type { ApplyEvent, Outcome } from './events.ts';

/** How a graph is walked. */
export interface WalkOptions {
  /** Carries out one change; it reports failures as outcomes and never throws. */
  readonly run: (change: Change) => Promise<Outcome>;
  /** How many changes of one cluster are under way at once. */
  readonly concurrencyPerCluster: number;
  readonly emit: (event: ApplyEvent) => void;
  /** When it aborts, what is under way is finished and nothing new is begun. */
  readonly signal: AbortSignal;
}

/**
 * Walks a plan's graph: every step as soon as what it needs is over, at most so many of a cluster at
 * once. A step whose need failed is skipped with the reason, and so is the rest of a cluster that
 * became unreachable.
 *
 * @returns one outcome for each change, in the order they ended
 */
export async function walk(graph: Graph, options: WalkOptions): Promise<Outcome[]> {
  return await new Walk(graph, options).run();
}

class Walk {
  readonly #graph: Graph;
  readonly #options: WalkOptions;
  readonly #open: number[];
  readonly #dependents: { readonly step: number; readonly until: Need['until'] }[][];
  /** Why a step will not be tried. */
  readonly #doomed: (string | undefined)[];
  readonly #limits = new Map<string, LimitFunction>();
  readonly #lost = new Map<string, string>();
  readonly #outcomes: Outcome[] = [];
  #running = 0;
  #end: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(graph: Graph, options: WalkOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#open = graph.map((step) => step.needs.length);
    this.#doomed = graph.map(() => undefined);
    this.#dependents = graph.map(() => []);
    graph.forEach(({ needs }, step) => {
      for (const need of needs) {
        this.#dependents[need.step]?.push({ step, until: need.until });
      }
    });
  }

  async run(): Promise<Outcome[]> {
    const first = this.#open.flatMap((open, step) => (open === 0 ? [step] : []));
    const ended = new Promise<void>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#begin(first);
    if (this.#running > 0) await ended;
    return this.#outcomes;
  }

  /** Starts steps that wait for nothing any more, and those that become so on the way. */
  #begin(steps: readonly number[]): void {
    const ready = [...steps];
    for (let step = ready.shift(); step !== undefined; step = ready.shift()) {
      const change = this.#graph[step]?.change;
      const reason = this.#doomed[step];
      if (change === undefined) {
        ready.push(...this.#settle(step, undefined));
      } else if (reason !== undefined) {
        ready.push(...this.#finish(step, { type: 'skipped', change, reason }));
      } else {
        this.#start(step, change);
      }
    }
  }

  #start(step: number, change: Change): void {
    this.#running += 1;
    this.#limit(change.key.cluster)(async () => {
      const outcome = await this.#attempt(change);
      this.#begin(this.#finish(step, outcome));
      this.#running -= 1;
      if (this.#running === 0) this.#end();
    }).catch(this.#fail);
  }

  async #attempt(change: Change): Promise<Outcome> {
    const lost = this.#lost.get(change.key.cluster);
    if (lost !== undefined) return { type: 'skipped', change, reason: lost };
    if (this.#options.signal.aborted) return { type: 'skipped', change, reason: 'interrupted' };
    if (change.block !== undefined) {
      return { type: 'blocked', change, reason: `${change.block.reason}; ${change.block.advice}` };
    }
    this.#options.emit({ type: 'started', change });
    return await this.#options.run(change);
  }

  #finish(step: number, outcome: Outcome): number[] {
    if (outcome.type === 'failed' && outcome.error instanceof UnreachableError) {
      this.#lost.set(outcome.change.key.cluster, outcome.error.message);
    }
    this.#outcomes.push(outcome);
    this.#options.emit({ type: 'finished', outcome });
    return this.#settle(step, outcome);
  }

  /** Tells the dependents of a step that it is over. @returns those that wait for nothing more */
  #settle(step: number, outcome: Outcome | undefined): number[] {
    const ready: number[] = [];
    for (const dependent of this.#dependents[step] ?? []) {
      const failure = outcome === undefined ? undefined : failureOf(outcome, dependent.until);
      if (failure !== undefined) this.#doomed[dependent.step] ??= failure;
      const open = (this.#open[dependent.step] ?? 0) - 1;
      this.#open[dependent.step] = open;
      if (open === 0) ready.push(dependent.step);
    }
    return ready;
  }

  #limit(cluster: string): LimitFunction {
    const known = this.#limits.get(cluster);
    if (known !== undefined) return known;
    const made = pLimit(this.#options.concurrencyPerCluster);
    this.#limits.set(cluster, made);
    return made;
  }
}

/** Why a dependent cannot go on; undefined where it can. */
function failureOf({ type, change }: Outcome, until: Need['until']): string | undefined {
  if (until === 'done' || type === 'applied') return undefined;
  const name = formatObject(change.key);
  if (type === 'failed') return `it depends on ${name}, which failed`;
  // A blocked or kept object still stands in the cluster.
  if (type !== 'skipped' && until === 'present') return undefined;
  return `it depends on ${name}, which was not done`;
}
