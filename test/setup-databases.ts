import type { TestProject } from 'vitest/node';
import { formatError, SisyphusError } from '../src/model/errors.ts';
import type { DatabaseServer } from './bed/database-server.ts';
import { startMariadb } from './bed/mariadb.ts';
import { startPostgres } from './bed/postgres.ts';

/** A server to make databases on, as a user who may do everything there. */
export interface TestServer {
  readonly url: string;
  /** What only a server of the bed tells of itself. */
  readonly bed?: Required<Omit<DatabaseServer, 'stop' | 'url'>>;
}

/** The databases that this run tests; the others were left out on purpose. */
export interface TestServers {
  readonly sqlite: boolean;
  readonly postgres?: TestServer;
  readonly mariadb?: TestServer;
}

declare module 'vitest' {
  interface ProvidedContext {
    databases: TestServers;
  }
}

const names = ['sqlite', 'postgres', 'mariadb'] as const;

/** A kind of database. */
export type DatabaseName = (typeof names)[number];

/**
 * Starts the database servers that tests need. `DATABASES=sqlite,postgres` leaves others out;
 * SISYPHUS_TEST_POSTGRES_URL and SISYPHUS_TEST_MARIADB_URL name servers to use in their place.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const wanted = wantedDatabases();
  if (wanted.length < names.length) {
    process.stderr.write(`databases: only ${wanted.join(', ')}, as DATABASES says\n`);
  }
  const { SISYPHUS_TEST_POSTGRES_URL: postgresUrl, SISYPHUS_TEST_MARIADB_URL: mariadbUrl } =
    process.env;
  const servers = [
    wanted.includes('postgres') && startOrUse(startPostgres, postgresUrl),
    wanted.includes('mariadb') && startOrUse(startMariadb, mariadbUrl),
  ] as const;
  const stop = async () => {
    const started = await Promise.allSettled(servers);
    await Promise.all(
      started.map((one) => one.status === 'fulfilled' && one.value && one.value.stop()),
    );
  };
  try {
    const [postgres, mariadb] = await Promise.all(servers);
    provide('databases', {
      sqlite: wanted.includes('sqlite'),
      ...(postgres && { postgres: postgres.server }),
      ...(mariadb && { mariadb: mariadb.server }),
    });
    return stop;
  } catch (error) {
    await stop();
    throw error instanceof SisyphusError ? new Error(formatError(error)) : error;
  }
}

interface StartedServer {
  readonly server: TestServer;
  stop(): Promise<void>;
}

async function startOrUse(
  start: typeof startPostgres,
  url: string | undefined,
): Promise<StartedServer> {
  if (url !== undefined && url !== '') return { server: { url }, stop: async () => {} };
  const { stop, url: own, socket, certificateFile = '' } = await start({ tls: 'localhost' });
  return { server: { url: own, bed: { socket, certificateFile } }, stop };
}

/** The databases that this run is to test: all of them, unless DATABASES names some. */
export function wantedDatabases(): readonly DatabaseName[] {
  const text = process.env.DATABASES;
  if (text === undefined || text === '') return names;
  return text.split(',').map((part) => {
    const wanted = names.find((name) => name === part.trim());
    if (wanted !== undefined) return wanted;
    throw new Error(`DATABASES names "${part.trim()}"; known are ${names.join(', ')}.`);
  });
}
