import { existsSync } from 'node:fs';
import { access, constants, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DatabaseAddress, parseDatabaseUrl } from './database-url.ts';
import type { Database } from './dialect.ts';
import { listLeases } from './lease-table.ts';
import { pendingMigrations } from './migrate.ts';
import { countObjects } from './objects.ts';
import { openDatabase } from './open-state.ts';
import type { Actor, DatabaseFacts } from './port.ts';
import { formatServer } from './server-address.ts';
import { type Session, sessionFor } from './session.ts';
import { readRepository } from './settings.ts';
import { explain } from './sqlite-errors.ts';

/**
 * Looks at a database and changes nothing: makes no file, runs no migration, takes no lease.
 *
 * @throws what `openState` throws
 */
export async function inspectDatabase(url: string, actor: Actor): Promise<DatabaseFacts> {
  const address = parseDatabaseUrl(url);
  const session = sessionFor(actor);
  if (address.type !== 'sqlite') {
    const place = `database ${address.database} on ${formatServer(address)}`;
    return { place, contents: await lookInto(await openDatabase(address, session)) };
  }
  const place = address.path;
  if (!existsSync(place)) return { place };
  return { place, contents: await lookIntoFile(address, session) };
}

/**
 * Even a reader makes files beside a SQLite database, unless they are there because somebody works
 * with it. So a database at rest is looked at as a copy.
 */
async function lookIntoFile(
  address: DatabaseAddress & { readonly type: 'sqlite' },
  session: Session,
) {
  const { openSqliteToRead } = await import('./sqlite.ts');
  const { path } = address;
  if (existsSync(`${path}-wal`)) return await lookInto(await openSqliteToRead(path, path, session));
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyWritable(path, copy);
    return await lookInto(await openSqliteToRead(copy, path, session));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies a file that a push could write. */
async function copyWritable(path: string, copy: string): Promise<void> {
  try {
    await access(path, constants.W_OK);
    await access(dirname(path), constants.W_OK | constants.X_OK);
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw explain(path, error);
  }
}

async function lookInto(database: Database): Promise<NonNullable<DatabaseFacts['contents']>> {
  try {
    const pending = await pendingMigrations(database);
    if (pending > 0) return { pending, objects: 0, leases: [] };
    const repository = await readRepository(database);
    const leases = (await listLeases(database)).filter(({ leftMs }) => leftMs > 0);
    return {
      pending,
      objects: await countObjects(database),
      leases: leases.map(({ holder }) => holder),
      ...(repository !== undefined && { repository }),
    };
  } finally {
    await database.db.destroy();
  }
}
