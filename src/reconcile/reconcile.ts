import { applyChange } from '../apply/apply-change.ts';
import type { ApplyEvent, Outcome } from '../apply/events.ts';
import { walk } from '../apply/walk.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { orderPlan } from '../plan/order.ts';
import type { House } from './house.ts';
import { type LeaseListener, withLease } from './lease.ts';
import { namespaceWatch } from './namespace-watch.ts';
import { type Prepared, prepare } from './prepare.ts';

/** Who decides about a plan, and who listens while it is applied. */
export interface Steward {
  /** Sees the plan; true lets it be applied. */
  approve(prepared: Prepared): Promise<boolean>;
  /** Hears what happens while the plan is applied. */
  hear(event: ApplyEvent): void;
  /** Who waits for the right to write; undefined for a command that only looks. */
  readonly lease?: LeaseListener;
}

/** How a reconciliation ended. */
export type Reconciled =
  /** Something is wrong with the repository, an image or a program: nothing was applied. */
  | { readonly type: 'rejected'; readonly problems: readonly Problem[] }
  /** The plan was made and not applied. */
  | { readonly type: 'planned'; readonly plan: Plan }
  | { readonly type: 'applied'; readonly plan: Plan; readonly outcomes: readonly Outcome[] };

/**
 * The one way through the house: read the repository, resolve images, render, plan, approve, apply
 * as a graph, record.
 *
 * @param signal finishes the changes in hand and begins no new ones when it aborts
 */
export async function reconcile(
  house: House,
  steward: Steward,
  signal: AbortSignal,
): Promise<Reconciled> {
  const walkOn = () => readToRecord(house, steward, signal);
  return steward.lease === undefined
    ? await walkOn()
    : await withLease(house, steward.lease, walkOn);
}

async function readToRecord(
  house: House,
  steward: Steward,
  signal: AbortSignal,
): Promise<Reconciled> {
  const prepared = await prepare(house);
  if (prepared.type === 'rejected') return prepared;

  const { plan } = prepared;
  if (!(await steward.approve(prepared))) return { type: 'planned', plan };

  await house.state.setRepository(prepared.identity);
  for (const key of plan.releases) await house.state.forget(key);
  for (const { key, declaration } of plan.claims) await house.state.claim(key, declaration);
  const context = {
    state: house.state,
    clusterOf: house.clusters.get,
    whyKeep: namespaceWatch(house.clusters, prepared.trackedUids),
  };
  const outcomes = await walk(orderPlan(plan), {
    run: (change) => applyChange(change, context),
    concurrencyPerCluster: house.config.concurrencyPerCluster,
    emit: (event) => steward.hear(event),
    signal,
  });
  return { type: 'applied', plan, outcomes };
}
