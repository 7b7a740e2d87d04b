import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { wantedDatabases } from '../setup-databases.ts';
import { openStore, type Store, startServers } from './crash-matrix/database.ts';
import { openFaultyWay } from './faulty-way.ts';
import { World } from './world.ts';

const configMaps = `
apiVersion: sisyphus/v1
kind: KubernetesYaml
metadata: {name: all}
clusters: [east]
objects:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
`;

let servers: Awaited<ReturnType<typeof startServers>>;

beforeAll(async () => {
  servers = await startServers();
});

afterAll(async () => {
  await servers?.stop();
});

/** How a database goes away and comes back. */
interface Trouble {
  readonly away: () => void;
  readonly back: () => void;
}

function troubleOf(store: Store, world: World): Trouble {
  const { proxy } = store;
  if (proxy !== undefined) {
    return {
      away: () => {
        proxy.listen(() => false);
        proxy.cut();
      },
      back: () => proxy.listen(() => true),
    };
  }
  let lock: Sqlite.Database | undefined;
  return {
    away: () => {
      lock = new Sqlite(world.database);
      lock.exec('BEGIN IMMEDIATE');
    },
    back: () => lock?.close(),
  };
}

describe('a database that goes away in the middle of a push', () => {
  it.each(wantedDatabases())(
    '(%s) hears from the next command what became of the change in hand',
    async (name) => {
      const url = servers.kinds.find((kind) => kind.name === name)?.url;
      const world = await World.open();
      const store = await openStore({ name, ...(url !== undefined && { url }) }, world);
      onTestFinished(() => store.remove());
      const trouble = troubleOf(store, world);
      await world.write({ '{ns}/index.yaml': configMaps });
      const way = await openFaultyWay(world, [
        {
          method: 'PATCH',
          path: /configmaps/,
          times: 1,
          // Away before the program hears that the change was made.
          fault: { reset: 'after' },
          call: trouble.away,
        },
      ]);
      const env = {
        ...(store.url !== undefined && { DATABASE_URL: store.url }),
        XDG_STATE_HOME: world.root,
      };
      const { exitCode, stdout } = await world.run(['push', '--yes', '--concurrency', '1'], {
        env: { ...env, ...way.env },
      });
      expect(exitCode).toBe(1);
      expect(stdout).toContain('The database could not be told what became of ConfigMap');
      const reason = { sqlite: 'locked', postgres: 'PostgreSQL', mariadb: 'MariaDB' }[name];
      expect(stdout).toContain(reason);
      const [path = ''] = /\/\S+\.recovery\.jsonl/.exec(stdout) ?? [];
      expect(await readdir(dirname(path))).toContain(basename(path));

      trouble.back();
      const next = await world.run(['push', '--yes'], { env });
      expect(next).toMatchObject({ exitCode: 0 });
      expect(await readdir(dirname(path))).not.toContain(basename(path));
      const live = await world.run(['diff', '--live', '--exit-code'], { env });
      expect(live).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing to do') });
      expect(await store.read('SELECT * FROM sisyphus_journal')).toEqual([]);
    },
  );
});
