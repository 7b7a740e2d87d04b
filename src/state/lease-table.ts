import { type Selectable, sql } from 'kysely';
import { InternalError } from '../model/errors.ts';
import { REQUEST_TIMEOUT_MS } from '../model/request-timeout.ts';
import type { Database } from './dialect.ts';
import type { LeaseTimings } from './lease-timings.ts';
import type { LeaseHolder, LeaseScope } from './port.ts';
import { prepared } from './prepared.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { LeasesTable } from './schema.ts';

/** A lease as it stands in the database. */
export interface LeaseRow {
  readonly fence: number;
  readonly holder: LeaseHolder;
  readonly process: ProcessIdentity;
  /** For how long it will last, by the database's clock; negative when it ran out. */
  readonly leftMs: number;
  /** For how long it is respected after that. */
  readonly graceMs: number;
}

/** Who takes a lease, and for what. */
export interface Taker extends ProcessIdentity {
  readonly username: string;
  readonly scope: LeaseScope;
}

/** Every lease in the order in which they were taken. */
export async function listLeases({ db, dialect }: Database): Promise<LeaseRow[]> {
  const rows = await db
    .selectFrom('sisyphus_leases')
    .selectAll()
    .select(dialect.clockMs.as('now_ms'))
    .orderBy('fence')
    .execute();
  return rows.map(leaseRow);
}

/**
 * Gives out the next fencing number. Until the transaction ends, everybody else who asks for one
 * waits, so that only one at a time looks whether a lease is free.
 */
export async function nextFence({ db }: Database): Promise<number> {
  await db
    .updateTable('sisyphus_lease_counter')
    .set(({ eb }) => ({ last: eb('last', '+', 1) }))
    .execute();
  const row = await db.selectFrom('sisyphus_lease_counter').select('last').executeTakeFirst();
  if (row === undefined) throw new InternalError('the counter of leases is empty');
  return row.last;
}

/** Writes a new lease. */
export async function insertLease(
  { db, dialect }: Database,
  fence: number,
  { username, host, pid, machine, processStart, scope }: Taker,
  { ttlMs, graceMs }: LeaseTimings,
): Promise<void> {
  await db
    .insertInto('sisyphus_leases')
    .values({
      fence,
      username,
      host,
      pid,
      machine,
      process_start: processStart,
      scope: JSON.stringify(scope),
      since_ms: dialect.clockMs,
      expires_ms: sql<number>`${dialect.clockMs} + ${ttlMs}`,
      grace_ms: graceMs,
    })
    .execute();
}

/** Lets a lease last for `ttlMs` from now. @returns false where it ran out or is gone */
export async function prolongLease(
  { db, dialect }: Database,
  fence: number,
  ttlMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sisyphus_leases')
    .set({ expires_ms: sql<number>`${dialect.clockMs} + ${ttlMs}` })
    .where('fence', '=', fence)
    .where('expires_ms', '>', dialect.clockMs)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Whether a lease is held; where it is, nobody can take it away until the transaction ends. */
export async function pinLease(database: Database, fence: number): Promise<boolean> {
  const { rows } = await findHeld(database, { fence });
  return rows.length > 0;
}

const findHeld = prepared<{ fence: number }>(({ db, dialect }, { fence }) =>
  db
    .selectFrom('sisyphus_leases')
    .select('fence')
    .where('fence', '=', fence)
    .where('expires_ms', '>', dialect.clockMs)
    .modifyEnd(dialect.keepRows),
);

/** Takes a lease away. @returns false where there is none of that number */
export async function deleteLease({ db }: Database, fence: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sisyphus_leases')
    .where('fence', '=', fence)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

function leaseRow(row: Selectable<LeasesTable> & { now_ms: number }): LeaseRow {
  const { fence, username, host, pid, machine, process_start: processStart } = row;
  return {
    fence,
    holder: {
      id: String(fence),
      username,
      host,
      pid,
      scope: JSON.parse(row.scope) as LeaseScope,
      since: isoTime(row.since_ms),
      expiresAt: isoTime(row.expires_ms),
    },
    process: { host, machine, pid, processStart },
    leftMs: row.expires_ms - row.now_ms,
    graceMs: row.grace_ms ?? REQUEST_TIMEOUT_MS,
  };
}

/** Without a fraction, as all times in this room. */
function isoTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
}
