import type pg from 'pg';
import type { ServerAddress } from './server-address.ts';
import type { Limits } from './server-driver.ts';
import { tooOld } from './server-errors.ts';
import type { Session } from './session.ts';

const OLDEST_VERSION = 12;

/** For how long a process that hangs in the middle of a transaction may keep its locks. */
const IDLE_TRANSACTION_MS = 60_000;

/** What a connection has to tell the server. */
interface Introduction {
  readonly address: ServerAddress;
  readonly session: Session;
  readonly limits: Limits;
}

/**
 * Sets a new connection up in one round trip. The audit reads `app.username` and `app.user_id`, as
 * the Original's does; times are spoken of in UTC.
 * @throws UserError `database-too-old`
 */
export async function introduce(
  client: pg.Client,
  { address, session, limits }: Introduction,
): Promise<void> {
  const settings = {
    timezone: 'UTC',
    datestyle: 'ISO, YMD',
    default_transaction_isolation: 'read committed',
    idle_in_transaction_session_timeout: String(IDLE_TRANSACTION_MS),
    ...limitSettings(limits),
    'app.username': session.username,
    ...(session.userId !== null && { 'app.user_id': session.userId }),
  };
  const values = Object.values(settings);
  const calls = Object.keys(settings).map((name, i) => `set_config('${name}', $${i + 1}, false)`);
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version') as version, ${calls.join(', ')}`,
    values,
  );
  const version = rows[0]?.version ?? 'unknown';
  if (Number.parseInt(version, 10) < OLDEST_VERSION) {
    throw tooOld(address, version, String(OLDEST_VERSION));
  }
}

/** The settings that limit how long a session waits, by name. */
export function limitSettings({ statementMs, lockMs }: Limits) {
  return { statement_timeout: String(statementMs), lock_timeout: String(lockMs) };
}
