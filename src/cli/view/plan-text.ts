import type { ObjectKey } from '../../model/object.ts';
import { objectId } from '../../model/object.ts';
import type { Notice, Plan } from '../../model/plan.ts';
import type { MassDelete } from '../../plan/guard.ts';
import { indent, type Line, line, linesOf, type PrintOptions, printLines } from './line.ts';
import { type Block, type GroupBy, header, makeBlocks, printBlock } from './plan-blocks.ts';
import { countPlan } from './plan-counts.ts';
import { count } from './words.ts';

/** What a plan was made for. */
export interface PlanScope {
  /** Objects that the repository wants, over all clusters. */
  readonly objects: number;
  /** Clusters that these are in. */
  readonly clusters: number;
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
  const blocks = makeBlocks(plan.changes, options.groupBy, options.full ?? false);
  const sections = [
    ...(options.groupBy === 'cluster' ? underHeadings(blocks) : blocks.map(printBlock)),
    ...noticeSections(plan.notices),
    unavailableLines(plan),
    massDeleteLines(scope.massDeletes),
    conclusion(plan, scope),
  ].filter((section) => section.length > 0);
  const lines = sections.flatMap((section, index) => (index === 0 ? section : [[], ...section]));
  return printLines(lines, options);
}

/** Blocks with a heading wherever another namespace or cluster begins. */
function underHeadings(blocks: readonly Block[]): Line[][] {
  let last = '';
  return blocks.flatMap((block) => {
    const heading = place(block.change.key);
    const begins = heading !== last;
    last = heading;
    return begins ? [[line(heading, 'strong')], printBlock(block)] : [printBlock(block)];
  });
}

function place({ cluster, namespace }: ObjectKey): string {
  return `${cluster}, ${namespace === '' ? 'objects without a namespace' : `namespace ${namespace}`}`;
}

/** Notices that say the same of an object in several clusters are one. */
function noticeSections(notices: readonly Notice[]): Line[][] {
  const groups = new Map<string, { notice: Notice; clusters: string[] }>();
  for (const notice of notices) {
    const id = `${objectId(notice.key)}|${notice.message}`;
    const group = groups.get(id) ?? { notice, clusters: [] };
    groups.set(id, group);
    group.clusters.push(notice.key.cluster);
  }
  return [...groups.values()].map(({ notice, clusters }) => [
    header('=', notice.key, clusters, 'place'),
    ...indent(linesOf(notice.message), 4),
  ]);
}

function unavailableLines(plan: Plan): Line[] {
  return Object.entries(plan.unavailable).flatMap(([cluster, reason]) => [
    line(`Cluster ${cluster} is left out of this plan:`, 'error'),
    ...indent(linesOf(reason), 4),
  ]);
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
