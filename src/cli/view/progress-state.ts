import type { ApplyEvent, Outcome } from '../../apply/events.ts';
import { compareBytes, formatObject, keyId } from '../../model/object.ts';
import type { Change } from '../../model/plan.ts';

/** A change that is under way. */
interface RunningChange {
  readonly id: string;
  /** `Deployment shop/echo`. */
  readonly object: string;
  readonly startedMs: number;
}

/** How far one cluster is. */
export interface ClusterProgress {
  readonly cluster: string;
  readonly total: number;
  readonly applied: number;
  readonly failed: number;
  /** Blocked, kept and skipped. */
  readonly notDone: number;
  /** In the order in which they began. */
  readonly running: readonly RunningChange[];
}

/** Everything that a live view of an apply shows. */
export interface ProgressState {
  readonly startedMs: number;
  readonly clusters: readonly ClusterProgress[];
  readonly failures: readonly Outcome[];
}

/** The state before the first event, clusters in byte order. */
export function startProgress(changes: readonly Change[], nowMs: number): ProgressState {
  const totals = new Map<string, number>();
  for (const { key } of changes) totals.set(key.cluster, (totals.get(key.cluster) ?? 0) + 1);
  const clusters = [...totals]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([cluster, total]) => ({ ...NOTHING, cluster, total }));
  return { startedMs: nowMs, clusters, failures: [] };
}

const NOTHING = { applied: 0, failed: 0, notDone: 0, running: [] };

/** The state after one more event. */
export function reduceProgress(
  state: ProgressState,
  event: ApplyEvent,
  nowMs: number,
): ProgressState {
  const { key } = event.type === 'started' ? event.change : event.outcome.change;
  const failed = event.type === 'finished' && event.outcome.type === 'failed';
  return {
    ...state,
    clusters: state.clusters.map((progress) =>
      progress.cluster === key.cluster ? advance(progress, event, nowMs) : progress,
    ),
    failures: failed ? [...state.failures, event.outcome] : state.failures,
  };
}

function advance(progress: ClusterProgress, event: ApplyEvent, nowMs: number): ClusterProgress {
  if (event.type === 'started') {
    const { key } = event.change;
    const begun = { id: keyId(key), object: formatObject(key), startedMs: nowMs };
    return { ...progress, running: [...progress.running, begun] };
  }
  const id = keyId(event.outcome.change.key);
  const counter = counterOf(event.outcome);
  return {
    ...progress,
    [counter]: progress[counter] + 1,
    running: progress.running.filter((change) => change.id !== id),
  };
}

function counterOf({ type }: Outcome): 'applied' | 'failed' | 'notDone' {
  return type === 'applied' || type === 'failed' ? type : 'notDone';
}

/** How many changes of a cluster have ended. */
export function ended({ applied, failed, notDone }: ClusterProgress): number {
  return applied + failed + notDone;
}
