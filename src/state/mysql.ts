import { connect, isIP, type Socket } from 'node:net';
import { Kysely } from 'kysely';
import type { Connection, ConnectionOptions, ExecuteValues, SslOptions } from 'mysql2';
import { UserError } from '../model/errors.ts';
import { within } from './deadline.ts';
import type { Database } from './dialect.ts';
import { driverMissing } from './driver-missing.ts';
import { MYSQL, mysqlDialect } from './mysql-dialect.ts';
import { explainMysql, isFatalInMysql, lacksTls } from './mysql-errors.ts';
import { introduce } from './mysql-session.ts';
import type { ServerAddress } from './server-address.ts';
import { type ServerConnection, ServerDriver, WORK_LIMITS } from './server-driver.ts';
import type { Session } from './session.ts';
import { readTlsFiles } from './tls-files.ts';

type Driver = typeof import('mysql2');

const KEEP_ALIVE_MS = 10_000;

/**
 * Opens a database on a MySQL or MariaDB server. Nothing is connected before the first statement.
 * @throws UserError or ServiceError when it cannot be used; none holds the password
 */
export async function openMysql(
  address: ServerAddress,
  session: Session,
  limits = WORK_LIMITS,
): Promise<Database> {
  const driver = await loadDriver();
  const options = await connectionOptions(address);
  const patience = { limits };
  const server = {
    connect: async () => {
      const connection = await logIn(driver, address, options);
      try {
        const { limits } = patience;
        const introduction = introduce(connection, { address, session, limits });
        await within(limits.statementMs + limits.graceMs, introduction);
        return connection;
      } catch (error) {
        connection.destroy();
        throw error;
      }
    },
    explain: (error: unknown) => explainMysql(address, error),
    isFatal: isFatalInMysql,
  };
  const dialect = mysqlDialect(new ServerDriver(server, patience), patience);
  return { db: new Kysely({ dialect }), dialect: MYSQL };
}

async function loadDriver(): Promise<Driver> {
  try {
    return (await import('mysql2')).default;
  } catch (cause) {
    throw driverMissing('mysql2', cause);
  }
}

async function connectionOptions(address: ServerAddress): Promise<ConnectionOptions> {
  const { host, user, password, database, connectTimeoutMs } = address;
  const ssl = await tlsOptions(address);
  return {
    // The driver checks certificates against this name, and `stream` is what connects.
    host,
    user,
    database,
    ...(password !== undefined && { password: password.reveal() }),
    ...(ssl !== undefined && { ssl }),
    connectTimeout: connectTimeoutMs,
    dateStrings: true,
    timezone: 'Z',
    // No server may ask for a file of this machine.
    flags: ['-LOCAL_FILES'],
  };
}

/** https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode */
async function tlsOptions({ host, tls }: ServerAddress): Promise<SslOptions | undefined> {
  const { mode } = tls;
  if (mode === 'disable') return undefined;
  if (mode === 'verify-full' && isIP(host) !== 0) {
    throw new UserError("A MySQL server's certificate cannot be checked against an IP address.", {
      code: 'invalid-database-url',
      hint: "Give the host's name in the database URL, or use ssl-mode=VERIFY_CA.",
    });
  }
  return {
    ...(await readTlsFiles(tls)),
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-full',
    verifyIdentity: mode === 'verify-full',
  };
}

/** Opens a connection; without TLS where the server has none and that will do. */
async function logIn(
  driver: Driver,
  address: ServerAddress,
  options: ConnectionOptions,
): Promise<ServerConnection> {
  const stream = openSocket(address);
  const client = driver.createConnection({ ...options, stream });
  // What happens to an idle connection is noticed when it is next used.
  client.on('error', () => {});
  try {
    await new Promise<void>((resolve, reject) => {
      client.connect((error) => (error === null ? resolve() : reject(error)));
    });
    return connection(client, stream);
  } catch (error) {
    stream.destroy();
    if (address.tls.mode !== 'prefer' || !lacksTls(error)) throw error;
    const { ssl: _, ...plain } = options;
    return logIn(driver, address, plain);
  }
}

function openSocket({ host, port, socket }: ServerAddress): Socket {
  if (socket !== undefined) return connect({ path: socket });
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  return connect({ host, port, noDelay: true, ...keepAlive });
}

function connection(core: Connection, socket: Socket): ServerConnection {
  const client = core.promise();
  return {
    async query(sql, parameters) {
      // Values never become part of a statement's text. What cannot be prepared takes none.
      const [result] =
        parameters.length === 0
          ? await client.query(sql)
          : await client.execute(sql, parameters as ExecuteValues);
      return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows };
    },
    isOpen: () => socket.readable && socket.writable,
    close: () => client.end(),
    destroy: () => socket.destroy(),
  };
}
