import { Socket } from 'node:net';
import { Kysely } from 'kysely';
import type pg from 'pg';
import { within } from './deadline.ts';
import type { Database } from './dialect.ts';
import { driverMissing } from './driver-missing.ts';
import { POSTGRES, postgresDialect } from './postgres-dialect.ts';
import { explainPostgres, isFatalInPostgres, lacksTls } from './postgres-errors.ts';
import { introduce } from './postgres-session.ts';
import type { ServerAddress, TlsChoice } from './server-address.ts';
import { type ServerConnection, ServerDriver, WORK_LIMITS } from './server-driver.ts';
import type { Session } from './session.ts';
import { readTlsFiles } from './tls-files.ts';

type Driver = typeof pg;

const KEEP_ALIVE_MS = 10_000;

/** The number of the type `timestamptz`: https://www.postgresql.org/docs/current/catalog-pg-type.html */
const TIMESTAMPTZ = 1184;

/**
 * Opens a database on a PostgreSQL server. Nothing is connected before the first statement.
 * @throws UserError or ServiceError when it cannot be used; none holds the password
 */
export async function openPostgres(
  address: ServerAddress,
  session: Session,
  limits = WORK_LIMITS,
): Promise<Database> {
  const driver = await loadDriver();
  const config = await clientConfig(driver, address, session);
  const patience = { limits };
  const server = {
    connect: async () => {
      const login = await logIn(driver, config, address.tls);
      try {
        const { limits } = patience;
        const introduction = introduce(login.client, { address, session, limits });
        await within(limits.statementMs + limits.graceMs, introduction);
        return connection(login);
      } catch (error) {
        login.socket.destroy();
        throw error;
      }
    },
    explain: (error: unknown) => explainPostgres(address, error),
    isFatal: isFatalInPostgres,
  };
  const dialect = postgresDialect(new ServerDriver(server, patience), patience);
  return { db: new Kysely({ dialect }), dialect: POSTGRES };
}

async function loadDriver(): Promise<Driver> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw driverMissing('pg', cause);
  }
}

async function clientConfig(
  { TypeOverrides }: Driver,
  { host, port, socket, user, password, database, options, tls, connectTimeoutMs }: ServerAddress,
  { application }: Session,
): Promise<pg.ClientConfig> {
  // A Date would lose what is smaller than a millisecond.
  const types = new TypeOverrides();
  types.setTypeParser(TIMESTAMPTZ, String);
  return {
    host: socket ?? host,
    port,
    user,
    password: password?.reveal(),
    database,
    options,
    application_name: application,
    ssl: await tlsOptions(tls),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types,
  };
}

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
async function tlsOptions(choice: TlsChoice): Promise<pg.ClientConfig['ssl']> {
  const { mode } = choice;
  if (mode === 'disable') return false;
  return {
    ...(await readTlsFiles(choice)),
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-full',
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

interface Login {
  readonly client: pg.Client;
  readonly socket: Socket;
}

/** Opens a connection; without TLS where the server has none and that will do. */
async function logIn(driver: Driver, config: pg.ClientConfig, { mode }: TlsChoice): Promise<Login> {
  const socket = new Socket();
  const client = new driver.Client({ ...config, stream: () => socket });
  // What happens to an idle connection is noticed when it is next used.
  client.on('error', () => {});
  try {
    await client.connect();
    return { client, socket };
  } catch (error) {
    socket.destroy();
    if (mode !== 'prefer' || !lacksTls(error)) throw error;
    return logIn(driver, { ...config, ssl: false }, { mode });
  }
}

function connection({ client, socket }: Login): ServerConnection {
  return {
    async query(sql, parameters) {
      const { rows, rowCount } = await client.query(sql, [...parameters]);
      return { rows, affected: rowCount ?? undefined };
    },
    isOpen: () => socket.readable && socket.writable,
    close: () => client.end(),
    destroy: () => socket.destroy(),
  };
}
