import { isDeepStrictEqual } from 'node:util';
import { compareBytes, formatObject, type ObjectKey, objectId } from '../../model/object.ts';
import type { Action, Change } from '../../model/plan.ts';
import { indent, type Line, span } from './line.ts';
import type { Tone } from './style.ts';
import { YamlWriter } from './yaml-lines.ts';

/** One change as a plan shows it, in every cluster where it looks the same. */
export interface Block {
  readonly change: Change;
  readonly clusters: string[];
  readonly body: readonly Line[];
}

/** How a plan's changes are put together: a block for an object, or each cluster by itself. */
export type GroupBy = 'object' | 'cluster';

/** Writes what is said of a change below its header. */
export type BodyOf = (change: Change, writer: YamlWriter) => Line[];

/** Makes the blocks of changes in the order in which they are read. */
export function makeBlocks(changes: readonly Change[], groupBy: GroupBy, bodyOf: BodyOf): Block[] {
  const writer = new YamlWriter();
  const groups = new Map<string, Block[]>();
  for (const change of changes) {
    const id = `${groupBy === 'cluster' ? change.key.cluster : ''}|${objectId(change.key)}`;
    const group = groups.get(id) ?? [];
    groups.set(id, group);
    addTo(group, change, () => bodyOf(change, writer));
  }
  return [...groups.values()].flat().sort(groupBy === 'cluster' ? byCluster : byObject);
}

/** Adds a change to the block that looks the same, or makes one. */
function addTo(group: Block[], change: Change, makeBody: () => Line[]): void {
  const same = group.find((block) => isSameChange(block.change, change));
  if (same !== undefined) {
    same.clusters.push(change.key.cluster);
    return;
  }
  const body = makeBody();
  const alike = group.find(
    (block) => block.change.action === change.action && isDeepStrictEqual(block.body, body),
  );
  if (alike !== undefined) alike.clusters.push(change.key.cluster);
  else group.push({ change, clusters: [change.key.cluster], body });
}

/** Whether two changes are equal in all that a block is made of, found out without making it. */
function isSameChange(a: Change, b: Change): boolean {
  const parts = ({ action, before, after, fields, reason, warnings, block, desired }: Change) => [
    [action, before, after, fields],
    [reason, warnings, block, desired?.image],
  ];
  return isDeepStrictEqual(parts(a), parts(b));
}

function byObject(a: Block, b: Block): number {
  return byName(a.change.key, b.change.key) || byClusterName(a, b);
}

function byCluster(a: Block, b: Block): number {
  return byClusterName(a, b) || byName(a.change.key, b.change.key);
}

function byClusterName(a: Block, b: Block): number {
  return compareBytes(a.clusters[0] ?? '', b.clusters[0] ?? '');
}

function byName(a: ObjectKey, b: ObjectKey): number {
  return (
    compareBytes(a.namespace, b.namespace) ||
    compareBytes(a.kind, b.kind) ||
    compareBytes(a.name, b.name)
  );
}

const SYMBOLS: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  recreate: '-/+',
  delete: '-',
};

/** A block's header and, below it, its body. */
export function printBlock({ change, clusters, body }: Block): Line[] {
  return [header(SYMBOLS[change.action], change.key, clusters, change.action), ...indent(body, 4)];
}

/** The line that names an object and its clusters: `~ Deployment shop/echo  east, west`. */
export function header(
  symbol: string,
  key: ObjectKey,
  clusters: readonly string[],
  tone: Tone,
): Line {
  return [span(`${symbol} ${formatObject(key)}`, tone), span(`  ${clusters.join(', ')}`, 'strong')];
}
