import { count } from '../../model/count.ts';
import type { Recovered } from '../../reconcile/lease.ts';

/** Says what came of the changes that an interrupted command had in flight. */
export function formatRecovered({ recorded, undone, unknown }: Recovered): string {
  const changes = count(recorded + undone + unknown, 'change');
  const parts = [
    ...(recorded > 0 ? [`${recorded} recorded as the cluster has it`] : []),
    ...(undone > 0 ? [`${undone} did not happen`] : []),
    ...(unknown > 0 ? [`${unknown} still open, because the cluster cannot be asked`] : []),
  ];
  return `looked into ${changes} of a command that was interrupted: ${parts.join(', ')}`;
}
