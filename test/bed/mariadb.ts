import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createConnection } from 'mysql2/promise';
import { type CertifiedHost, copyCertificates } from './certificates.ts';
import {
  type DatabaseServer,
  type DatabaseServerOptions,
  password,
  startOnFreePort,
} from './database-server.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { requireSystemPrograms, systemPath } from './system-programs.ts';
import { startTethered } from './tethered-process.ts';

const name = 'mariadb';
const user = 'sisyphus';

/**
 * Starts a MariaDB server, the one on the PATH, or as root on Debian one that is installed first. It
 * forgets everything when it is stopped.
 * @throws ServiceError (`bed-failed`) when it does not start, with the end of its log
 * @throws UserError (`missing-prerequisite`) when there is none
 */
export async function startMariadb(options: DatabaseServerOptions = {}): Promise<DatabaseServer> {
  await requireMariadb();
  const scratch = await makeScratch(name);
  try {
    return await startIn(scratch, options);
  } catch (error) {
    await removeScratch(scratch);
    throw error;
  }
}

async function startIn(scratch: string, { tls }: DatabaseServerOptions) {
  const data = join(scratch, 'data');
  const socket = join(scratch, 'mariadb.sock');
  const certificateFile = tls && (await copyCertificates(scratch));
  const settings = ['--no-defaults', `--datadir=${data}`, '--innodb-log-file-size=8M', ...asWhom()];
  const install = ['--auth-root-authentication-method=normal', '--skip-test-db'];
  await execa('mariadb-install-db', [...settings, ...install], {
    cwd: scratch,
    env: { PATH: systemPath },
  });
  const initFile = join(scratch, 'init.sql');
  await writeFile(
    initFile,
    `CREATE DATABASE ${user};
CREATE USER ${user}@'%' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO ${user}@'%' WITH GRANT OPTION;
`,
  );
  const { port, stop } = await startOnFreePort({
    name,
    scratch,
    start: (port) =>
      startTethered({
        name,
        binary: '/usr/bin/env',
        args: [
          `PATH=${systemPath}`,
          'mariadbd',
          ...settings,
          `--port=${port}`,
          `--socket=${socket}`,
          '--bind-address=127.0.0.1',
          `--init-file=${initFile}`,
          // Nothing of it has to survive a crash.
          '--innodb-flush-log-at-trx-commit=0',
          '--innodb-flush-method=nosync',
          ...(tls ? tlsSettings(scratch, tls) : []),
        ],
        folder: scratch,
        endSignal: 'KILL',
        user: undefined,
      }),
    probe,
  });
  return {
    url: `mariadb://${user}:${password}@127.0.0.1:${port}/${user}`,
    socket,
    ...(certificateFile !== undefined && { certificateFile }),
    stop,
  };
}

async function probe(port: number): Promise<void> {
  const connection = await createConnection({ host: '127.0.0.1', port, user, password });
  await connection.end();
}

function tlsSettings(scratch: string, host: CertifiedHost): string[] {
  return [
    `--ssl-ca=${join(scratch, 'ca.pem')}`,
    `--ssl-cert=${join(scratch, `${host}.pem`)}`,
    `--ssl-key=${join(scratch, `${host}.key`)}`,
  ];
}

/** It runs as root only when it is told to. */
function asWhom(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

async function requireMariadb(): Promise<void> {
  await requireSystemPrograms({
    name: 'MariaDB server',
    programs: ['mariadbd', 'mariadb-install-db'],
    // With server and installer, without the package that starts a service.
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    elsewhere: 'mariadb (Homebrew, Fedora)',
    hint: 'Or name a server of yours in SISYPHUS_TEST_MARIADB_URL, or leave it out: DATABASES=sqlite,postgres.',
  });
}
