import type { ShownLease } from '../../reconcile/unlock.ts';
import type { View } from '../report.ts';
import { made, type OutputLine } from './json.ts';
import { linesOf, printLines } from './line.ts';

/** The leases that there are. */
export function leasesView(leases: readonly ShownLease[]): View {
  const text = leases.length === 0 ? 'Nobody holds a lease.' : leases.map(formatLease).join('\n');
  return {
    text: (options) => printLines(linesOf(text), options),
    lines: () => leases.map((lease) => leaseLine('lease', lease)),
  };
}

/** A lease that was ended by force. */
export function unlockedView(lease: ShownLease): View {
  const text =
    `Ended lease ${lease.id} of ${lease.username} on ${lease.host}.\n` +
    'What that command had in flight is looked into by the next one that writes.';
  return {
    text: (options) => printLines(linesOf(text), options),
    lines: () => [leaseLine('unlocked', lease)],
  };
}

/** `lease 7: ada on laptop (process 123) writes to all clusters since …, until … unless prolonged`. */
export function formatLease(lease: ShownLease): string {
  const { id, username, host, pid, where, since, expiresAt } = lease;
  const who = `${username} on ${host} (process ${pid})`;
  return `lease ${id}: ${who} writes to ${where} since ${since}, until ${expiresAt} unless prolonged`;
}

function leaseLine(type: string, lease: ShownLease): OutputLine {
  const { id, username, host, pid, scope, since, expiresAt } = lease;
  return made(type, { id, by: username, host, pid, ...scope, since, expiresAt });
}
