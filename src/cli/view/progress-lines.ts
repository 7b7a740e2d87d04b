import { type Line, line, type Span, span } from './line.ts';
import { type ClusterProgress, ended, type ProgressState } from './progress-state.ts';
import { formatDuration } from './words.ts';

const BAR_WIDTH = 20;

/** Running changes that are named; the rest are counted. */
const NAMED_MAX = 2;

/** Changes that take longer than this show for how long they run. */
const SLOW_MS = 5_000;

/**
 * The moving part of a live view: a line for each cluster, as many as the terminal has room for, and
 * the time.
 *
 * @param rowsMax lines that may be used, at least two
 */
export function progressLines(state: ProgressState, nowMs: number, rowsMax: number): Line[] {
  const shown = visibleClusters(state.clusters, rowsMax - 1);
  const hidden = state.clusters.length - shown.length;
  const names = state.clusters.map(({ cluster }) => cluster.length);
  const nameWidth = Math.max(0, ...names);
  const countWidth = Math.max(0, ...state.clusters.map(({ total }) => String(total).length));
  const time = formatDuration(nowMs - state.startedMs);
  return [
    ...shown.map((progress) => clusterLine(progress, nowMs, nameWidth, countWidth)),
    line(hidden > 0 ? `${time}, ${hidden} more clusters` : time, 'faint'),
  ];
}

/** Where there is no room for all, clusters with work left go first. */
function visibleClusters(clusters: readonly ClusterProgress[], max: number): ClusterProgress[] {
  if (clusters.length <= max) return [...clusters];
  const isOpen = (progress: ClusterProgress) => ended(progress) < progress.total;
  const open = clusters.filter(isOpen);
  return [...open, ...clusters.filter((progress) => !isOpen(progress))].slice(0, max);
}

function clusterLine(
  progress: ClusterProgress,
  nowMs: number,
  nameWidth: number,
  countWidth: number,
): Line {
  const { cluster, total } = progress;
  const done = String(ended(progress)).padStart(countWidth);
  return [
    span(`${cluster.padEnd(nameWidth)}  `, 'strong'),
    ...bar(progress),
    span(`  ${done}/${String(total).padEnd(countWidth)}`),
    ...trouble(progress),
    span(runningText(progress, nowMs), 'faint'),
  ];
}

function bar({ total, applied, failed, notDone }: ClusterProgress): Span[] {
  const columns = (number: number) => Math.floor((number * BAR_WIDTH) / Math.max(total, 1));
  const good = columns(applied);
  const bad = columns(applied + failed + notDone) - good;
  return [
    span('█'.repeat(good), 'create'),
    span('█'.repeat(bad), 'error'),
    span('░'.repeat(BAR_WIDTH - good - bad), 'faint'),
  ];
}

function trouble({ failed, notDone }: ClusterProgress): Span[] {
  return [
    ...(failed > 0 ? [span(`  ${failed} failed`, 'error')] : []),
    ...(notDone > 0 ? [span(`  ${notDone} not done`, 'warning')] : []),
  ];
}

/** Names the changes that run longest, which are what one waits for. */
function runningText({ running }: ClusterProgress, nowMs: number): string {
  const named = running.slice(0, NAMED_MAX).map(({ object, startedMs }) => {
    const ageMs = nowMs - startedMs;
    return ageMs < SLOW_MS ? object : `${object} (${formatDuration(ageMs)})`;
  });
  const more = running.length - named.length;
  const all = more > 0 ? [...named, `${more} more`] : named;
  return all.length === 0 ? '' : `  ${all.join(', ')}`;
}
