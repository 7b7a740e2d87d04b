import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../src/model/errors.ts';

interface Prerequisite {
  /** What it is and since which version it will do. */
  readonly title: string;
  /** Where to get it, one clause. */
  readonly source: string;
  /** A command that prints the version. */
  readonly command: readonly [string, ...string[]];
  /** The oldest version that will do; any will where it is absent. */
  readonly oldest?: readonly [major: number, minor: number];
}

const prerequisites = {
  node: {
    title: 'Node.js 20.19 or newer',
    source: 'https://nodejs.org/en/download',
    command: [process.execPath, '--version'],
    oldest: [20, 19],
  },
  git: {
    title: 'git',
    source: 'https://git-scm.com/downloads, or the package `git` of your system',
    command: ['git', '--version'],
  },
  go: {
    title: 'Go 1.26 or newer',
    source: 'https://go.dev/dl',
    command: ['go', 'env', 'GOVERSION'],
    oldest: [1, 26],
  },
  rust: {
    title: 'Rust with rustup',
    source: 'https://rustup.rs',
    command: ['rustup', '--version'],
  },
  cargo: {
    title: 'a Rust toolchain',
    source: '`rustup default stable`',
    command: ['cargo', '--version'],
  },
  cpp: {
    title: 'a C and C++ compiler',
    source: 'the package `build-essential` (Debian, Ubuntu), or `xcode-select --install` (macOS)',
    command: ['c++', '--version'],
  },
} as const satisfies Record<string, Prerequisite>;

/** Something that a fresh machine needs before this project can be built. */
export type PrerequisiteName = keyof typeof prerequisites;

/** All of them: what the demo and the tests need. */
export const allPrerequisites = Object.keys(prerequisites) as PrerequisiteName[];

/**
 * Makes sure that programs are there and new enough, before any work.
 * @throws UserError (`missing-prerequisite`) that lists everything missing and where to get it
 */
export async function requirePrerequisites(names: readonly PrerequisiteName[]): Promise<void> {
  const findings = await Promise.all(names.map((name) => complaintAbout(prerequisites[name])));
  const missing = findings.filter((finding) => finding !== undefined);
  if (missing.length === 0) return;
  throw new UserError('This machine lacks what the build needs.', {
    code: 'missing-prerequisite',
    detail: missing.join('\n'),
    hint: 'Install what is listed, open a new shell, and run the same command again.',
  });
}

async function complaintAbout(prerequisite: Prerequisite): Promise<string | undefined> {
  const { title, source, command, oldest } = prerequisite;
  const found = await versionOf(command);
  if (found !== undefined && (oldest === undefined || isAtLeast(found, oldest))) return undefined;
  const state = found === undefined ? 'not found' : `found ${found}`;
  return `${title}: ${state}. Get it from ${source}`;
}

/** The first line that a program says about its version, or nothing where it does not run. */
async function versionOf([program, ...args]: readonly [string, ...string[]]) {
  try {
    const { stdout } = await promisify(execFile)(program, args);
    return stdout.trim().split('\n')[0];
  } catch {
    return undefined;
  }
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /(\d+)\.(\d+)/.exec(version);
  const [foundMajor, foundMinor] = [Number(match?.[1]), Number(match?.[2])];
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
