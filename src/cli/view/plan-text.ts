import { count } from '../../model/count.ts';
import type { Pause } from '../../model/pause.ts';
import type { Plan } from '../../model/plan.ts';
import type { MassDelete } from '../../plan/guard.ts';
import { changeBody } from './change-body.ts';
import { type Line, line, type PrintOptions } from './line.ts';
import type { GroupBy } from './plan-blocks.ts';
import { countPlan } from './plan-counts.ts';
import {
  changeSections,
  noticeSections,
  pausedSection,
  printSections,
  unavailableSection,
} from './sections.ts';

/** What a plan was made for. */
export interface PlanScope {
  /** Objects that the repository wants, over all clusters. */
  readonly objects: number;
  /** Clusters that these are in. */
  readonly clusters: number;
  /** What it leaves as it is because somebody paused it. */
  readonly paused: readonly Pause[];
  /** Clusters that the plan would empty. */
  readonly massDeletes: readonly MassDelete[];
}

/** How a plan is printed. */
export interface PlanOptions extends PrintOptions {
  readonly groupBy: GroupBy;
  /** Shows created and deleted objects whole. */
  readonly full?: boolean;
}

/**
 * Prints a plan for the person who approves it: a block for each change, then what the plan leaves
 * alone and what is dangerous about it, and the counts as the last line, right above the question.
 */
export function formatPlan(plan: Plan, scope: PlanScope, options: PlanOptions): string {
  const { groupBy, full = false } = options;
  const sections = [
    ...changeSections(plan.changes, groupBy, (change, writer) => changeBody(change, full, writer)),
    ...noticeSections(plan.notices),
    ...scope.paused.map(pausedSection),
    unavailableSection(plan.unavailable, 'this plan'),
    massDeleteLines(scope.massDeletes),
    conclusion(plan, scope),
  ];
  return printSections(sections, options);
}

function massDeleteLines(massDeletes: readonly MassDelete[]): Line[] {
  return massDeletes.map(({ cluster, deletes, tracked }) =>
    line(
      `This plan deletes ${deletes} of the ${tracked} objects in ${cluster}; if that is meant, push with --allow-mass-delete.`,
      'error',
    ),
  );
}

/** The last line: what is to do, or that nothing is. */
function conclusion(plan: Plan, { objects, clusters }: PlanScope): Line[] {
  const counts = countPlan(plan);
  const parts = (['create', 'update', 'recreate', 'delete'] as const)
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} to ${action}`);
  const missing = Object.keys(plan.unavailable).length;
  const rest = [
    ...(counts.blocked > 0 ? [`${counts.blocked} blocked`] : []),
    ...(missing > 0 ? [`${count(missing, 'cluster')} left out`] : []),
  ];
  if (parts.length > 0) {
    const todo = `${parts.join(', ')} (in ${count(counts.clusters, 'cluster')})`;
    return [line(`Plan: ${[todo, ...rest].join('; ')}`, 'strong')];
  }
  if (rest.length > 0) return [line(`Plan: nothing to do; ${rest.join('; ')}`, 'strong')];
  const verb = objects === 1 ? 'is' : 'are';
  const where = `${count(objects, 'object')} in ${count(clusters, 'cluster')}`;
  return [
    line(
      `Nothing to do: ${where} ${verb} as the repository wants ${objects === 1 ? 'it' : 'them'}.`,
    ),
  ];
}
