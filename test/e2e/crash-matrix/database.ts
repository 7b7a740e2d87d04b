import Sqlite from 'better-sqlite3';
import { makeMariadb, makePostgres } from '../../../src/state/servers.fixture.ts';
import { startMariadb } from '../../bed/mariadb.ts';
import { startPostgres } from '../../bed/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../bed/tcp-proxy.ts';
import { type DatabaseName, wantedDatabases } from '../../setup-databases.ts';
import type { World } from '../world.ts';

/** A kind of database to run on; `url` is that of a server. */
export interface StoreKind {
  readonly name: DatabaseName;
  readonly url?: string;
}

/** The database of one run. */
export interface Store {
  readonly name: StoreKind['name'];
  /** As commands are told; undefined for the file that they use without being told. */
  readonly url?: string;
  /** Between commands and their server. */
  readonly proxy?: TcpProxy;
  /** Reads rows past the program. */
  read(sql: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/** The database servers of the bed, as far as `DATABASES` wants them. */
export async function startServers(): Promise<{ kinds: StoreKind[]; stop: () => Promise<void> }> {
  const starts = { postgres: startPostgres, mariadb: startMariadb };
  const servers = await Promise.all(
    wantedDatabases().map(async (name) => {
      if (name === 'sqlite') return { name };
      const { url, stop } = await starts[name]();
      return { name, url, stop };
    }),
  );
  return {
    kinds: servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop?.()))),
  };
}

/** Makes an empty database. */
export async function openStore({ name, url }: StoreKind, world: World): Promise<Store> {
  if (name === 'sqlite' || url === undefined) return sqliteStore(world.database);
  const database = await (name === 'postgres' ? makePostgres(url) : makeMariadb(url));
  const proxied = new URL(database.url);
  const proxy = await startTcpProxy(Number(proxied.port));
  proxied.port = String(proxy.port);
  return {
    name,
    url: proxied.href,
    proxy,
    read: database.read,
    async remove() {
      await proxy.stop();
      await database.remove();
    },
  };
}

function sqliteStore(path: string): Store {
  return {
    name: 'sqlite',
    read: async (sql) => {
      const file = new Sqlite(path, { readonly: true });
      try {
        return file.prepare<[], Record<string, unknown>>(sql).all();
      } finally {
        file.close();
      }
    },
    remove: async () => {},
  };
}
