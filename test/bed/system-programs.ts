import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { UserError } from '../../src/model/errors.ts';

/** Debian keeps servers where only root looks for programs. */
export const systemPath = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

/** Programs of the system that a test stands on. */
export interface SystemPrograms {
  /** Names them in progress lines: `mariadb`. */
  readonly name: string;
  readonly programs: readonly string[];
  /** Debian's packages with them. */
  readonly packages: readonly string[];
  /** What else has them, for the error: `mariadb (Homebrew, Fedora)`. */
  readonly elsewhere: string;
  /** What to do without. */
  readonly hint?: string;
}

/**
 * Makes sure that programs are there; as root on Debian they are installed.
 * @throws UserError (`missing-prerequisite`) where they are not
 */
export async function requireSystemPrograms(wanted: SystemPrograms): Promise<void> {
  if (await areInstalled(wanted)) return;
  if (process.getuid?.() === 0 && (await has('apt-get'))) await install(wanted);
  if (await areInstalled(wanted)) return;
  const { name, programs, packages, elsewhere, hint } = wanted;
  throw new UserError(`This machine has no ${name}.`, {
    code: 'missing-prerequisite',
    detail: `${programs.join(' and ')}: not found on the PATH. Get them from the packages ${packages.join(' and ')} (Debian, Ubuntu), or ${elsewhere}.`,
    ...(hint !== undefined && { hint }),
  });
}

async function areInstalled({ programs }: SystemPrograms): Promise<boolean> {
  return (await Promise.all(programs.map(has))).every(Boolean);
}

async function has(program: string): Promise<boolean> {
  const { exitCode } = await execa('/bin/sh', ['-c', 'command -v "$0"', program], {
    env: { PATH: systemPath },
    reject: false,
  });
  return exitCode === 0;
}

/** Two runs at once take turns: apt-get does not wait for another one that updates its lists. */
async function install({ name, packages }: SystemPrograms): Promise<void> {
  process.stderr.write(`${name}: installing with apt-get, takes about 1 min the first time\n`);
  const apt = 'apt-get -q -o DPkg::Lock::Timeout=300';
  const script = `${apt} update && ${apt} install -y --no-install-recommends ${packages.join(' ')}`;
  await execa('flock', [join(tmpdir(), 'sisyphus-apt.lock'), 'sh', '-c', script], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  process.stderr.write(`${name}: done\n`);
}
