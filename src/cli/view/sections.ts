import { formatDeclaration } from '../../model/declaration.ts';
import { type ObjectKey, objectId } from '../../model/object.ts';
import type { Pause } from '../../model/pause.ts';
import type { Change, Notice } from '../../model/plan.ts';
import { indent, type Line, line, linesOf, type PrintOptions, printLines } from './line.ts';
import {
  type Block,
  type BodyOf,
  type GroupBy,
  header,
  makeBlocks,
  printBlock,
} from './plan-blocks.ts';
import { pausedSince } from './words.ts';

/** Prints what is read one after the other, with an empty line between. */
export function printSections(sections: readonly Line[][], options: PrintOptions): string {
  const filled = sections.filter((section) => section.length > 0);
  const lines = filled.flatMap((section, index) => (index === 0 ? section : [[], ...section]));
  return printLines(lines, options);
}

/** A section for each change, or for the same change in several clusters. */
export function changeSections(
  changes: readonly Change[],
  groupBy: GroupBy,
  bodyOf: BodyOf,
): Line[][] {
  const blocks = makeBlocks(changes, groupBy, bodyOf);
  return groupBy === 'cluster' ? underHeadings(blocks) : blocks.map(printBlock);
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
export function noticeSections(notices: readonly Notice[]): Line[][] {
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

/** A declaration that is left as it is, and why. */
export function pausedSection(pause: Pause): Line[] {
  return [
    line(`= ${formatDeclaration(pause.declaration)}`, 'place'),
    ...indent([line(pausedSince(pause), 'warning')], 4),
  ];
}

/**
 * Names the clusters that something does without, and why.
 *
 * @param what `this plan`
 */
export function unavailableSection(
  unavailable: Readonly<Record<string, string>>,
  what: string,
): Line[] {
  return Object.entries(unavailable).flatMap(([cluster, reason]) => [
    line(`Cluster ${cluster} is left out of ${what}:`, 'error'),
    ...indent(linesOf(reason), 4),
  ]);
}
