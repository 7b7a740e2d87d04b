import { existsSync } from 'node:fs';
import { access, constants, copyFile, mkdtemp, open, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { RecordedObject } from '../model/record.ts';
import { type DatabaseAddress, parseDatabaseUrl } from './database-url.ts';
import type { Database } from './dialect.ts';
import { listLeases } from './lease-table.ts';
import { pendingMigrations } from './migrate.ts';
import { listObjects } from './objects.ts';
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
 * Even a reader makes files beside a SQLite database with a write-ahead log, unless they are there because
 * somebody works with it. So such a database at rest is looked at as a copy, and any other one where it is:
 * only there are locks of others respected.
 */
async function lookIntoFile(
  address: DatabaseAddress & { readonly type: 'sqlite' },
  session: Session,
) {
  const { awaitWriters, openSqliteToRead } = await import('./sqlite.ts');
  const { path } = address;
  // SQLite follows links, and so its log is beside what they lead to.
  const real = await realpath(path);
  await requireWritable(path, dirname(real));
  if (existsSync(`${real}-wal`) || !(await hasWriteAheadLog(path))) {
    const database = await openSqliteToRead(path, path, session);
    // The open reader keeps SQLite from tidying up when the one that waits for writers is done.
    return await lookInto(database, () => awaitWriters(path));
  }
  const folder = await mkdtemp(join(tmpdir(), 'sisyphus-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy, constants.COPYFILE_FICLONE);
    return await lookInto(await openSqliteToRead(copy, path, session));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws UserError where a push could not write the file and make others beside it */
async function requireWritable(path: string, folder: string): Promise<void> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw explain(path, error);
  }
}

/** Where a SQLite file says in which mode it is written (sqlite.org/fileformat2.html, 1.3.3). */
const WRITE_VERSION_AT = 18;
const WRITE_AHEAD = 2;

async function hasWriteAheadLog(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, WRITE_VERSION_AT);
    return buffer[0] === WRITE_AHEAD;
  } catch (error) {
    throw explain(path, error);
  } finally {
    await file.close();
  }
}

async function lookInto(
  database: Database,
  awaitWriters: () => Promise<void> = async () => undefined,
): Promise<NonNullable<DatabaseFacts['contents']>> {
  try {
    await awaitWriters();
    const pending = await pendingMigrations(database);
    if (pending > 0) return { pending, objects: 0, unreadable: [], leases: [] };
    const repository = await readRepository(database);
    const leases = (await listLeases(database)).filter(({ leftMs }) => leftMs > 0);
    const objects = await listObjects(database);
    return {
      pending,
      objects: objects.length,
      unreadable: objects.flatMap(whyUnreadable),
      leases: leases.map(({ holder }) => holder),
      ...(repository !== undefined && { repository }),
    };
  } finally {
    await database.db.destroy();
  }
}

function whyUnreadable(object: RecordedObject): UserError[] {
  try {
    // Its manifests are read when they are asked for.
    void [object.answer, object.sent];
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}
