import type { ServerAddress } from './server-address.ts';
import type { Limits, ServerConnection } from './server-driver.ts';
import { tooOld } from './server-errors.ts';
import type { Session } from './session.ts';

const OLDEST_MARIADB = '10.5';
const OLDEST_MYSQL = '8.0';

/** Refuses what does not fit instead of cutting it short; quotes and backslashes mean what they do by default. */
const SQL_MODE = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION';

/** What a connection has to tell the server. */
interface Introduction {
  readonly address: ServerAddress;
  readonly session: Session;
  readonly limits: Limits;
}

/**
 * Sets a new connection up. The audit's triggers read the variables; times are spoken of in UTC.
 * What was committed is what a statement sees: the default takes locks on gaps between rows, over
 * which pushes of different clusters would meet.
 * @throws UserError `database-too-old`
 */
export async function introduce(
  connection: ServerConnection,
  { address, session, limits }: Introduction,
): Promise<void> {
  const { rows } = await connection.query('select version() as version', []);
  const { version } = rows[0] as { version: string };
  checkVersion(address, version);
  await connection.query('set session transaction isolation level read committed', []);
  await connection.query(
    `set time_zone = '+00:00', sql_mode = '${SQL_MODE}', ${limitSettings(limits, version)},
      @sisyphus_username = ?, @sisyphus_user_id = ?, @sisyphus_application = ?`,
    [session.username, session.userId, session.application],
  );
}

/** The settings that limit how long a session waits, as a SET statement takes them. */
export function limitSettings({ statementMs, lockMs }: Limits, version: string): string {
  const lockSeconds = Math.ceil(lockMs / 1_000);
  const statement = isMariadb(version)
    ? `max_statement_time = ${statementMs / 1_000}`
    : `max_execution_time = ${statementMs}`;
  return `${statement}, lock_wait_timeout = ${lockSeconds}, innodb_lock_wait_timeout = ${lockSeconds}`;
}

function checkVersion(address: ServerAddress, version: string): void {
  const needed = isMariadb(version) ? OLDEST_MARIADB : OLDEST_MYSQL;
  const parts = (text: string) => text.split(/[.-]/).map(Number);
  const [major = 0, minor = 0] = parts(version);
  const [neededMajor = 0, neededMinor = 0] = parts(needed);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  throw tooOld(address, version, `${isMariadb(version) ? 'MariaDB' : 'MySQL'} ${needed}`);
}

function isMariadb(version: string): boolean {
  return /mariadb/i.test(version);
}
