import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm pack` made, and what an install of it needs on a machine without the internet. */
export interface Packed {
  /** The package. */
  readonly tarball: string;
  /** Its size. */
  readonly bytes: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /**
   * A folder with this machine's own SQLite driver, in the form in which better-sqlite3's install
   * script fetches one: so it installs a compiled driver wherever the tests run.
   */
  readonly prebuilds: string;
}

/** Packs the package as for publishing, and what its install needs. @param folder where all goes */
export async function pack(folder: string): Promise<Packed> {
  return { ...(await packPackage(folder)), prebuilds: await packDriver(join(folder, 'prebuilds')) };
}

/** Packs the package as for publishing. @param folder where it goes */
export async function packPackage(folder: string): Promise<Omit<Packed, 'prebuilds'>> {
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  // What npm's scripts print comes first.
  const [report] = Object.values<NpmPackReport>(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))));
  if (report === undefined) throw new Error(`npm pack printed ${stdout}`);
  const { filename, size: bytes, files } = report;
  return { tarball: join(folder, filename), bytes, files };
}

interface NpmPackReport {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

async function packDriver(folder: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('better-sqlite3/package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8'));
  await mkdir(folder);
  const machine = `node-v${process.versions.modules}-${process.platform}-${process.arch}`;
  const name = `better-sqlite3-v${version}-${machine}.tar.gz`;
  const driver = 'build/Release/better_sqlite3.node';
  await execa('tar', ['-czf', join(folder, name), '-C', join(manifest, '..'), driver]);
  return folder;
}

/** The environment in which npm installs the package as on a machine with the internet. */
export function installEnvironment({ prebuilds }: Pick<Packed, 'prebuilds'>) {
  return {
    npm_config_better_sqlite3_local_prebuilds: prebuilds,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
}
