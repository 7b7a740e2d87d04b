import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError, UserError } from '../model/errors.ts';
import type { Database } from './dialect.ts';
import { elapsedMs, now } from './elapsed.ts';
import { HeldLease } from './held-lease.ts';
import { formatScope, overlap } from './lease-scope.ts';
import {
  deleteLease,
  insertLease,
  type LeaseRow,
  listLeases,
  nextFence,
  type Taker,
} from './lease-table.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { LeaseHolder, LeaseRequest } from './port.ts';
import { hasSurelyEnded, thisProcess } from './process-identity.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Takes a lease, or waits for it as long as the request says.
 * @throws UserError `lease-held`, which names the holder; ServiceError `interrupted`
 */
export async function acquireLease(
  database: Database,
  username: string,
  request: LeaseRequest,
  timings: LeaseTimings,
): Promise<HeldLease> {
  const { scope, waitMs, onWait, signal } = request;
  const taker = { ...thisProcess(), username, scope };
  const begun = now();
  const announced = new Set<string>();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    assertWanted(signal);
    const asked = now();
    const { fence, holder } = await tryToTake(database, taker, timings);
    if (fence !== undefined) return new HeldLease(database, { fence, scope, asked }, timings);
    const leftMs = waitMs - elapsedMs(begun);
    if (leftMs <= 0) throw leaseHeld(holder);
    if (!announced.has(holder.id)) onWait(holder);
    announced.add(holder.id);
    await pause(Math.min(pauseMs, leftMs), undefined, { signal }).catch(() => undefined);
  }
}

type Attempt =
  | { readonly fence: number; readonly holder?: undefined }
  | { readonly fence?: undefined; readonly holder: LeaseHolder };

async function tryToTake(
  database: Database,
  taker: Taker,
  timings: LeaseTimings,
): Promise<Attempt> {
  const inTheWay = async (current: Database) =>
    (await listLeases(current)).filter(({ holder }) => overlap(holder.scope, taker.scope));
  const holds = (lease: LeaseRow) =>
    lease.leftMs > -lease.graceMs && !hasSurelyEnded(lease.process);

  // Looking needs no lock, so those who wait are in nobody's way.
  const first = (await inTheWay(database)).find(holds);
  if (first !== undefined) return { holder: first.holder };
  // Where the isolation is stricter, a transaction that waited for its turn would see old leases.
  const transaction = database.db.transaction().setIsolationLevel('read committed');
  return await transaction.execute(async (db): Promise<Attempt> => {
    const current = { ...database, db };
    const fence = await nextFence(current);
    const leases = await inTheWay(current);
    const winner = leases.find(holds);
    if (winner !== undefined) return { holder: winner.holder };
    for (const over of leases) await deleteLease(current, over.fence);
    await insertLease(current, fence, taker, timings);
    return { fence };
  });
}

function assertWanted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new ServiceError('The waiting for the lease was broken off.', {
    code: 'interrupted',
    cause: signal.reason,
  });
}

function leaseHeld({ id, username, host, pid, scope, since, expiresAt }: LeaseHolder): UserError {
  return new UserError(
    `${username} on ${host} (process ${pid}) is at work on ${formatScope(scope)}: ` +
      `lease ${id}, taken at ${since}, lasts until ${expiresAt} unless it is prolonged.`,
    {
      code: 'lease-held',
      hint:
        'Wait with --lock-timeout 90s, which also outlasts a process that is gone for good; ' +
        `sisyphus unlock --id ${id} ends its lease at once.`,
    },
  );
}
