import type { Action, Plan } from '../../model/plan.ts';

/** How many changes of each action a plan makes, and how many it may not. */
export interface PlanCounts extends Readonly<Record<Action, number>> {
  readonly blocked: number;
  /** Clusters in which something is to be done. */
  readonly clusters: number;
}

/** Counts a plan's changes; a blocked one counts as blocked only. */
export function countPlan(plan: Plan): PlanCounts {
  const open = plan.changes.filter((change) => change.block === undefined);
  const of = (action: Action) => open.filter((change) => change.action === action).length;
  return {
    create: of('create'),
    update: of('update'),
    recreate: of('recreate'),
    delete: of('delete'),
    blocked: plan.changes.length - open.length,
    clusters: new Set(open.map((change) => change.key.cluster)).size,
  };
}
